// Package static holds what the pages load: style sheets, ES modules, the icon.
// They are joined and made small when the program starts (internal/bundle); there is no build step.
package static

import "embed"

// FS holds the files, by the names that follow the last hash in their addresses.
//
//go:embed css js favicon.svg favicon-unread.svg
var FS embed.FS
