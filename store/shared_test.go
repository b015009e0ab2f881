package store_test

import "plainchat/store/internal/logtest"

// What all tests of the log share, by short names.
var (
	open        = logtest.Open
	say         = logtest.Say
	post        = logtest.Post
	tamper      = logtest.Tamper
	readAll     = logtest.ReadAll
	writeFile   = logtest.WriteFile
	copyFolder  = logtest.CopyFolder
	spoken      = logtest.Spoken
	fingerprint = logtest.Fingerprint
	wantBounds  = logtest.WantBounds
	quiet       = logtest.Quiet
)
