package handlers

import (
	"fmt"
	"net/http"

	qr "github.com/piglig/go-qr"
)

// quietZone is the light margin that a QR code needs, in modules (ISO/IEC 18004, section 5.3.8).
const quietZone = 4

// qrCode draws a text as a QR code, in SVG without a size of its own: dark on white in every
// theme, since many readers do not take it the other way round. It has as much error correction
// as its size leaves room for. A text of more than 2,953 bytes is an error.
func qrCode(text string) ([]byte, error) {
	code, err := qr.EncodeText(text, qr.Low)
	if err != nil {
		return nil, fmt.Errorf("handlers: a QR code of %d bytes: %w", len(text), err)
	}
	return code.ToSVGBytes(qr.NewQrCodeImgConfig(1, quietZone, qr.WithOptimalSVG()))
}

// getQR answers with the address of a room as a QR code.
func (s *Server) getQR(w http.ResponseWriter, r *http.Request) error {
	room, err := roomOf(r)
	if err != nil {
		return err
	}
	if _, err := s.reader(r, room); err != nil {
		return err
	}
	return sendQR(w, s.baseURL(r)+room.Path())
}

// sendQR answers with an address as a QR code. Unless the header says otherwise, it may be kept
// for an hour.
func sendQR(w http.ResponseWriter, address string) error {
	code, err := qrCode(address)
	if err != nil {
		return malformed("problem.qr_too_long")
	}
	h := w.Header()
	h.Set("Content-Type", "image/svg+xml")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "public, max-age=3600")
	}
	_, _ = w.Write(code) // #nosec G705 -- an image; the client has gone
	return nil
}
