package program

import (
	"os"
	"testing"

	"plainchat/e2e/internal/build"
)

// root is the folder of the program's module.
const root = "../.."

// binary is the program, built once.
var binary string

func TestMain(m *testing.M) { os.Exit(build.Tests(m, root, &binary)) }
