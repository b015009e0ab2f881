// Package richtext reads what people mean by the marks in a text: emphasis, code, lists, quotes,
// links, mentions. Parse makes a small tree of a text, once, which pages and their scripts walk to
// make elements; no HTML is passed on, and none of what somebody typed can become any.
//
// The marks are those of CommonMark, with the strikethrough of GitHub and bare addresses. A chat
// differs from a document, and so do the rules:
//
//   - A line break is one, and spaces and blank lines stay as they were typed. There is no code by
//     indentation, and a line that follows a quote or a list without its mark is not part of it.
//   - There are no headings, rules, tables, images, references or HTML: they stay as typed. So
//     do entities, and backslashes but before *, _, ~, ` and @ and where a list or a quote would begin.
//   - Links lead to http, https and mailto. A link that may pretend to lead to another place says
//     where it leads, and one with a title stays as typed.
//   - Asterisks between letters or digits (2*3*4), and tildes after them (10~~12), mark nothing.
//     Next to letters of East Asian scripts, which have no spaces around words, asterisks do.
//   - A number is a list's only if it has at most three digits, and no other follows (2026. 11. 28.).
//
// What a text becomes depends on the text alone, and takes bounded time and room: see the limits
// in limits.go.
package richtext
