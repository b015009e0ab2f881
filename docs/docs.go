// Package docs has the documents that the server itself serves.
package docs

import _ "embed"

// OpenAPI describes the HTTP interface (OpenAPI 3.1, YAML).
//
//go:embed openapi.yaml
var OpenAPI []byte
