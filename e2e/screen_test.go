package e2e

import (
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
)

// screen is what a page is shown on, and how its reader likes it.
type screen struct {
	device
	theme    string
	language string
}

// device is a sort of screen, by its size in CSS pixels.
type device struct {
	name          string
	width, height int64
	phone         bool
}

var (
	desktop = device{"desktop", 1080, 790, false}
	phone   = device{"phone", 375, 740, true}
)

// steps set up a new page.
func (s screen) steps() []step {
	return []step{
		command(network.SetCookie, network.SetCookieParams{Name: "lang", Value: s.language, Domain: "127.0.0.1", Path: "/"}),
		s.shape(), s.touch(), atOnce(s.theme),
	}
}

func (d device) shape() step {
	return command(emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
		Width: d.width, Height: d.height, DeviceScaleFactor: 1, Mobile: d.phone,
	})
}

func (d device) touch() step {
	return command(emulation.SetTouchEmulationEnabled, emulation.SetTouchEmulationEnabledParams{Enabled: d.phone})
}

// prefer makes the browser's system prefer a theme.
func prefer(theme string) step { return media("prefers-color-scheme", theme) }

// atOnce makes the browser one whose person wants no motion, so that colours change at once.
func atOnce(theme string) step {
	return media("prefers-color-scheme", theme, "prefers-reduced-motion", "reduce")
}

// media sets features of the browser's system, given as names and values.
func media(namesAndValues ...string) step {
	var params emulation.SetEmulatedMediaParams
	for i := 0; i < len(namesAndValues); i += 2 {
		params.Features = append(params.Features, &emulation.MediaFeature{Name: namesAndValues[i], Value: namesAndValues[i+1]})
	}
	return command(emulation.SetEmulatedMedia, params)
}
