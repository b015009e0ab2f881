package chat

import "time"

// AppendTime appends a time in the one form that it has on the wire and in pages: RFC
// 3339 in UTC with three digits of fraction, 2006-01-02T15:04:05.000Z. Of one length, it
// fits readers that take one fixed form, and its order as text is the order of time.
func AppendTime(dst []byte, t time.Time) []byte {
	const millisecond = int(time.Millisecond)
	dst = t.UTC().AppendFormat(dst, time.RFC3339) // the form that package time writes fastest
	millis := t.Nanosecond() / millisecond
	return append(dst[:len(dst)-len("Z")], '.',
		byte('0'+millis/100%10), byte('0'+millis/10%10), byte('0'+millis%10), 'Z')
}

// FormatTime is AppendTime to a string of its own.
func FormatTime(t time.Time) string { return string(AppendTime(nil, t)) }
