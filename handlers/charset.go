package handlers

import (
	"bytes"
	"net/http"
	"strings"
	"unicode/utf8"
)

// checkCharset refuses a body whose type says that it is in another encoding than UTF-8:
// taken for UTF-8 all the same, much of it would be stored as a text that nobody wrote.
func checkCharset(charset string, body []byte) error {
	switch name := strings.ReplaceAll(strings.ToLower(charset), "-", ""); {
	case name == "utf8":
		return nil
	case name == "usascii", name == "ascii":
		if bytes.ContainsFunc(body, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return malformed("problem.not_ascii")
		}
		return nil
	case strings.HasPrefix(name, "utf16"):
		return unsupportedCharset("problem.wide", "encoding", "UTF-16")
	}
	return unsupportedCharset("problem.charset", "charset", clip(charset))
}

func unsupportedCharset(key string, values ...any) error {
	return newProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", key, values...)
}

// checkUTF8 refuses a body that is not UTF-8, and says what it is if that can be seen.
func checkUTF8(body []byte) error {
	if encoding := wideEncoding(body); encoding != "" {
		return malformed("problem.wide", "encoding", encoding)
	}
	if !utf8.Valid(body) {
		return malformed("problem.not_utf8")
	}
	return nil
}

// wideEncoding names the encoding of a body with two or four bytes for each character,
// or nothing. It goes by the byte order mark, or by NULs that are every other byte: a
// text of ASCII in UTF-16, which is valid UTF-8.
func wideEncoding(body []byte) string {
	for _, wide := range []struct{ mark, encoding string }{
		{"\xff\xfe\x00\x00", "UTF-32"}, {"\x00\x00\xfe\xff", "UTF-32"}, // first, since UTF-16 begins like it
		{"\xff\xfe", "UTF-16"}, {"\xfe\xff", "UTF-16"},
	} {
		if bytes.HasPrefix(body, []byte(wide.mark)) {
			return wide.encoding
		}
	}
	if len(body)%2 == 0 && bytes.IndexByte(body, 0) >= 0 {
		var nuls [2]int // at even places, and at odd ones
		for i, b := range body {
			if b == 0 {
				nuls[i%2]++
			}
		}
		if fewer, more := min(nuls[0], nuls[1]), max(nuls[0], nuls[1]); fewer == 0 && more > len(body)/4 {
			return "UTF-16"
		}
	}
	return ""
}
