// Package static holds what the pages load: style sheets, ES modules, the icon.
// Browsers get the files as they are here; there is no build step.
package static

import "embed"

// FS holds the files, by the names that follow the last hash in their addresses.
//
//go:embed css js favicon.svg favicon-unread.svg
var FS embed.FS
