package e2e

import (
	"bytes"
	"flag"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

var pictures = flag.String("pictures", "", "folder in which TestPictures puts pictures of the page")

// screen is what a picture is taken on.
type screen struct {
	width, height int64
	scale         float64
	phone         bool
	theme         string
}

func (s screen) steps() []step {
	return []step{
		command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: s.width, Height: s.height, DeviceScaleFactor: s.scale, Mobile: s.phone,
		}),
		command(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: s.phone}),
		prefer(s.theme),
	}
}

// prefer makes the browser's system prefer a theme.
func prefer(theme string) step {
	return command(emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: theme}},
	})
}

var (
	desktop = screen{1080, 790, 1, false, "light"}
	phone   = screen{390, 844, 1.5, true, "dark"}
)

// TestPictures takes pictures of the page in each of its states:
//
//	go test ./e2e -run TestPictures -pictures ../docs
func TestPictures(t *testing.T) {
	if *pictures == "" {
		t.Skip("takes pictures only for -pictures DIR")
	}
	s := startServer(t)
	for _, line := range teaHouse {
		s.post("tea-house", line[0], line[1])
	}
	for _, name := range []string{"Noor", "민준", "Ada"} {
		openPage(t, s.room("tea-house"), name)
	}
	s.postMany("long", "Noor", 60)
	for state, show := range states {
		t.Run(state, func(t *testing.T) { show(t, s, desktop).picture(state) })
		t.Run(state+"-phone", func(t *testing.T) { show(t, s, phone).picture(state + "-phone") })
	}
}

// states are what there is to see, by the names of the pictures.
var states = map[string]func(*testing.T, *server, screen) *page{
	"page": func(t *testing.T, s *server, on screen) *page {
		return openPage(t, s.room("tea-house"), "Ines", on.steps()...)
	},
	"states/empty": func(t *testing.T, s *server, on screen) *page {
		return openPage(t, s.room("quiet"), "", on.steps()...)
	},
	"states/new": func(t *testing.T, s *server, on screen) *page {
		p := openPage(t, s.room("long"), "Ines", on.steps()...)
		eval[float64](p, `document.querySelector("#viewport").scrollTop = -500`)
		s.post("long", "Noor", "Something new")
		p.await(`!document.querySelector("#jump").hidden`)
		return p
	},
	"states/gone": func(t *testing.T, s *server, on screen) *page {
		p := openPage(t, s.room("tea-house"), "Ines", on.steps()...)
		s.kill()
		t.Cleanup(s.start)
		p.await(bannerShown)
		p.do(chromedp.SendKeys(chromedp.CSS("#message"), "Is anyone still here?"), chromedp.Click(chromedp.CSS("#send")))
		p.await(waiting)
		return p
	},
	"states/problem": func(t *testing.T, s *server, on screen) *page {
		p := newPage(t, on.steps()...)
		p.do(chromedp.Navigate(s.url + "/nowhere"))
		return p
	},
	"states/without-script": func(t *testing.T, s *server, on screen) *page {
		p := newPage(t, append(on.steps(), withoutScript)...)
		p.do(chromedp.Navigate(s.room("tea-house")))
		return p
	},
	"states/wall": func(t *testing.T, s *server, on screen) *page {
		return openEndless(t, s.room("tea-house")+"/live?wall", on.steps()...)
	},
	"states/device": func(t *testing.T, s *server, on screen) *page {
		p := openPage(t, s.room("tea"), "Ines", on.steps()...)
		p.say("Is there tea?")
		p.awaitCount(1)
		p.do(chromedp.Click(chromedp.CSS("#menu > summary")), chromedp.Click(chromedp.CSS(".menu-device button")), chromedp.WaitVisible(chromedp.CSS(".qr")))
		return p
	},
}

// teaHouse is a conversation to look at.
var teaHouse = [][2]string{
	{"Ines", "Morning! The kettle is on."},
	{"Noor", "Perfect timing."},
	{"Ada", "🎉"},
	{"민준", "안녕하세요! 어제 이야기한 그림은 다 됐나요?"},
	{"Ines", "거의요. 오늘 안에 보여 드릴게요 😊"},
	{"build-bot", "main: 214 tests passed in 48 s"},
	{"Noor", "That bot is one line of curl in a shell script, by the way."},
	{"Noor", "No plug-in, no token."},
	{"Ines", "Which is the nicest thing about this place."},
	{"עדי", "שלום לכולם"},
}

// picture keeps what the page shows as a PNG file, once its fonts are there.
func (p *page) picture(name string) {
	p.t.Helper()
	captured, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Fatal(err)
	}
	if err := writePNG(filepath.Join(*pictures, name+".png"), captured); err != nil {
		p.t.Fatal(err)
	}
}

// writePNG compresses a picture better than the browser does, for those who clone
// the repository.
func writePNG(path string, captured []byte) error {
	picture, err := png.Decode(bytes.NewReader(captured))
	if err != nil {
		return err
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, picture); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, out.Bytes(), 0o644)
}
