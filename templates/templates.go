// Package templates holds the pages that the server renders with html/template.
package templates

import "embed"

// FS holds the templates, by file name.
//
//go:embed *.html
var FS embed.FS
