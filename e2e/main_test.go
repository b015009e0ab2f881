package e2e

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"plainchat/e2e/internal/build"

	"github.com/chromedp/chromedp"
)

var (
	binary  string          // the program, built once
	browser context.Context // one Chromium, in which every person has a context of their own
)

// plainHost is a name for this machine that browsers do not take for a loopback
// one, so that pages from it are not a secure context.
const plainHost = "chat.test"

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "plainchat-e2e-")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	if binary, err = build.Program("..", dir); err != nil {
		return 0, err
	}
	stop, err := startBrowser(filepath.Join(dir, "profile"))
	if err != nil {
		return 0, err
	}
	defer stop()
	return m.Run(), nil
}

func startBrowser(profile string) (stop func(), err error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, // containers often run as root, where the sandbox cannot
		chromedp.UserDataDir(profile),
		chromedp.Flag("disable-gpu", true),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en"),
		// A mouse: without one, every screen would be one to touch.
		chromedp.Flag("blink-settings", "primaryHoverType=2,availableHoverTypes=2,primaryPointerType=4,availablePointerTypes=4"),
		chromedp.Flag("host-resolver-rules", "MAP "+plainHost+" 127.0.0.1"),
	)
	allocator, release := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, _ := chromedp.NewContext(allocator)
	if err := chromedp.Do(ctx); err != nil {
		release()
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	browser = ctx
	return func() {
		_ = chromedp.Cancel(ctx) // waits until the browser has gone, and so for its profile
		release()
	}, nil
}
