package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
)

// bar is one of a chart's.
type bar struct {
	label string
	value float64
	text  string // the value as it is read
	own   bool   // plainchat's, in another colour
}

// Measures of a chart in pixels.
const (
	chartWidth  = 720
	labelWidth  = 210
	barWidth    = 390 // of the longest
	barHeight   = 18
	lineHeight  = 28
	titleHeight = 36
)

// chart draws horizontal bars. Its colours follow the reader's choice of light or
// dark, also where it is a picture in a page.
func chart(title string, bars []bar) []byte {
	longest := 0.0
	for _, b := range bars {
		longest = max(longest, b.value)
	}
	var w bytes.Buffer
	height := titleHeight + lineHeight*len(bars) + 4
	fmt.Fprintf(&w, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[2]d" width="%[1]d" height="%[2]d" role="img">`+"\n",
		chartWidth, height)
	fmt.Fprintf(&w, "<title>%s</title>\n%s", escape(title), chartStyle)
	fmt.Fprintf(&w, `<text class="title" x="4" y="20">%s</text>`+"\n", escape(title))
	for i, b := range bars {
		y, length, class := titleHeight+lineHeight*i, 0.0, "bar"
		if longest > 0 {
			length = max(1, b.value/longest*barWidth)
		}
		if b.own {
			class = "bar own"
		}
		fmt.Fprintf(&w, `<text x="%d" y="%d" text-anchor="end">%s</text>`, labelWidth-8, y+14, escape(b.label))
		fmt.Fprintf(&w, `<rect class="%s" x="%d" y="%d" width="%.1f" height="%d"/>`, class, labelWidth, y, length, barHeight)
		fmt.Fprintf(&w, `<text x="%.1f" y="%d">%s</text>`+"\n", labelWidth+length+8, y+14, escape(b.text))
	}
	w.WriteString("</svg>\n")
	return w.Bytes()
}

const chartStyle = `<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.bar { fill: #8c959f }
.own { fill: #0969da }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.bar { fill: #6e7681 }
.own { fill: #4493f8 }
}
</style>
`

func escape(s string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(s)) // a Buffer takes everything
	return b.String()
}
