package locale

import (
	"strconv"
	"strings"
	"time"
)

// units are what a duration is told in, from the largest; each ends a key.
var units = []struct {
	name string
	size time.Duration
}{{"d", 24 * time.Hour}, {"h", time.Hour}, {"min", time.Minute}, {"s", time.Second}}

// shortDuration is told with a digit after the point.
const shortDuration = 10 * time.Second

// Duration returns how long something took, in its two largest units. model/duration.js has the same rule.
func (c *Catalogue) Duration(d time.Duration) string {
	if d < shortDuration {
		return c.Text("page.duration.s", "n", strconv.FormatFloat(float64(d.Milliseconds()/100)/10, 'f', -1, 64))
	}
	var told []string
	for i, unit := range units {
		n := d / unit.size
		d -= n * unit.size
		if n > 0 {
			told = append(told, c.Text("page.duration."+unit.name, "n", int(n)))
		}
		if len(told) > 0 && i+1 < len(units) && (len(told) == 2 || d < units[i+1].size) {
			break
		}
	}
	return strings.Join(told, " ")
}
