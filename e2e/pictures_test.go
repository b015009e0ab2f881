package e2e

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

var pictures = flag.String("pictures", "", "folder in which TestPictures puts pictures of each state")

// TestPictures takes pictures of each state of the page (make screenshots).
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("takes pictures only for -pictures DIR")
	}
	if err := os.MkdirAll(*pictures, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, st := range states {
		for _, on := range []device{desktop, phone} {
			for _, language := range []string{"en", "ko"} {
				t.Run(strings.Join([]string{st.name, on.name, language}, "-"), func(t *testing.T) {
					t.Parallel()
					p := st.show(t, screen{on, "light", language})
					for _, theme := range []string{"light", "dark"} {
						p.do(atOnce(theme))
						p.picture(strings.Join([]string{st.name, on.name, theme, language}, "-"))
					}
				})
			}
		}
	}
}

// picture keeps what the page shows, in a format that is small for those who clone the repository.
func (p *page) picture(name string) {
	p.t.Helper()
	captured, err := chromedp.Run(p.ctx, func(ctx context.Context, target *chromedp.Target) ([]byte, error) {
		result, err := cdp.Call(ctx, target, cdppage.CaptureScreenshot, cdppage.CaptureScreenshotParams{
			Format: cdppage.CaptureScreenshotFormatWebp, Quality: new(int64(60)),
		})
		return result.Data, err
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*pictures, name+".webp"), captured, 0o644); err != nil {
		p.t.Fatal(err)
	}
}
