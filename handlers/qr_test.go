package handlers

import (
	"encoding/xml"
	"image"
	"image/color"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	qr "github.com/piglig/go-qr"
)

// drawnSVG is what a QR code is drawn as.
type drawnSVG struct {
	ViewBox string `xml:"viewBox,attr"`
	Rect    struct {
		Fill string `xml:"fill,attr"`
	} `xml:"rect"`
	Path struct {
		D    string `xml:"d,attr"`
		Fill string `xml:"fill,attr"`
		Rule string `xml:"fill-rule,attr"`
	} `xml:"path"`
}

var pathStep = regexp.MustCompile(`([MLHV])(\d+)(?:,(\d+))?`)

// picture draws the path with the even-odd rule: a module is dark where an odd number of upright
// edges is left of it.
func (d drawnSVG) picture(t *testing.T) *image.Gray {
	t.Helper()
	_, size, _ := strings.Cut(d.ViewBox, "0 0 ")
	size, _, _ = strings.Cut(size, " ")
	side, err := strconv.Atoi(size)
	if err != nil {
		t.Fatalf("the viewBox is %q", d.ViewBox)
	}
	const scale = 8
	img := image.NewGray(image.Rect(0, 0, side*scale, side*scale))
	for i := range img.Pix {
		img.Pix[i] = 255
	}
	edge := func(x, from, to int) {
		for y := min(from, to) * scale; y < max(from, to)*scale; y++ {
			for at := x * scale; at < side*scale; at++ {
				img.SetGray(at, y, color.Gray{Y: ^img.GrayAt(at, y).Y})
			}
		}
	}
	x, y := 0, 0
	for _, step := range pathStep.FindAllStringSubmatch(d.Path.D, -1) {
		toX, toY := x, y
		first, _ := strconv.Atoi(step[2])
		switch step[1] {
		case "H":
			toX = first
		case "V":
			toY = first
		default:
			toX = first
			toY, _ = strconv.Atoi(step[3])
		}
		if step[1] != "M" {
			edge(x, y, toY)
		}
		x, y = toX, toY
	}
	return img
}

// What is drawn can be read, whatever script the room is written in, and has white around it.
func TestQRCodeCanBeRead(t *testing.T) {
	s := newUnlistened(t, 0)
	for _, path := range []string{"/rooms/tea", "/rooms/%EC%9E%A1%EB%8B%B4", "/rooms/" + strings.Repeat("%EA%B0%80", 64)} {
		answer := ask(s, path+"/qr.svg", http.Header{})
		if answer.Code != http.StatusOK || answer.Header().Get("Content-Type") != "image/svg+xml" {
			t.Fatalf("%s: %d %s", path, answer.Code, answer.Body)
		}
		var drawn drawnSVG
		if err := xml.Unmarshal(answer.Body.Bytes(), &drawn); err != nil {
			t.Fatal(err)
		}
		if !strings.EqualFold(drawn.Rect.Fill, "#FFFFFF") || drawn.Path.Fill != "#000000" || drawn.Path.Rule != "evenodd" {
			t.Errorf("%s is drawn as %+v", path, drawn)
		}
		picture := drawn.picture(t)
		if got, err := qr.Decode(picture); got != "http://example.com"+path || err != nil {
			t.Errorf("%s reads %q, %v", path, got, err)
		}
		side := picture.Rect.Dx()
		for at := range side {
			for margin := range quietZone * 8 {
				for _, c := range []color.Gray{picture.GrayAt(at, margin), picture.GrayAt(at, side-1-margin), picture.GrayAt(margin, at), picture.GrayAt(side-1-margin, at)} {
					if c.Y != 255 {
						t.Fatalf("%s: the quiet zone is dark at %d, %d", path, at, margin)
					}
				}
			}
		}
	}
}

// A host name that is no address is refused in words.
func TestQRCodeTooLong(t *testing.T) {
	if _, err := qrCode(strings.Repeat("x", 2953)); err != nil {
		t.Error(err)
	}
	if _, err := qrCode(strings.Repeat("x", 2954)); err == nil {
		t.Error("2,954 bytes have become a QR code")
	}
}
