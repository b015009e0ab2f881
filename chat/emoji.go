package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Characters that make a sequence of what stands around them (UTS 51).
const (
	zwj         = "\u200d" // joins two emoji to one
	textStyle   = "\ufe0e" // variation selector 15: shown as text
	emojiStyle  = "\ufe0f" // variation selector 16: shown as an emoji
	keycap      = "\u20e3" // puts a key around a digit
	firstPlane1 = 0x1f000  // from here on all pictographs are emoji without a selector
	firstMark   = 0x2300   // before it they are letters, arrows and signs of trade
	anyEmoji    = "😀"      // stands for an emoji where Unicode's tables for names are asked
)

// subdivisionFlags are the flags that are spelled in tag characters, all of those that are
// recommended for general interchange: another spelling shows as the black flag alone.
var subdivisionFlags = []string{
	"🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", // England
	"🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", // Scotland
	"🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f", // Wales
}

// emojiSize returns how many bytes at the start of a string are an emoji that needs to be
// told from text: a well-formed sequence, or a pictograph, also one of a later Unicode.
// It returns 0 for anything else, among it flags of two letters, which need no exception,
// and signs that are text unless a selector follows.
func emojiSize(s string) int {
	for _, flag := range subdivisionFlags {
		if strings.HasPrefix(s, flag) {
			return len(flag)
		}
	}
	size := pictographSize(s)
	if size == 0 {
		return keycapSize(s)
	}
	for {
		next, joined := strings.CutPrefix(s[size:], zwj)
		more := pictographSize(next)
		if !joined || more == 0 {
			break
		}
		size += len(zwj) + more
	}
	if r, alone := utf8.DecodeRuneInString(s); size == alone && r < firstPlane1 {
		return 0
	}
	return size
}

// EmojiSize returns how many bytes at the start of a string people see as one emoji, whether or not
// it has the selector for that; 0 for anything else.
func EmojiSize(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if next, more := utf8.DecodeRuneInString(s[size:]); isIndicator(r) && isIndicator(next) {
		return size + more // a flag
	}
	size = emojiSize(s)
	if size == 0 && r >= firstMark {
		size = pictographSize(s)
	}
	if strings.Contains(s[:size], textStyle) {
		return 0
	}
	return size
}

// pictographSize returns how many bytes at the start are a pictograph with its selector
// and its skin tone; 0 for none.
func pictographSize(s string) int {
	r, size := utf8.DecodeRuneInString(s)
	if !unicode.Is(pictographs, r) {
		return 0
	}
	if selected := s[size:]; strings.HasPrefix(selected, emojiStyle) || strings.HasPrefix(selected, textStyle) {
		size += len(emojiStyle)
	}
	if tone, more := utf8.DecodeRuneInString(s[size:]); tone >= 0x1f3fb && tone <= 0x1f3ff {
		size += more
	}
	return size
}

// keycapSize returns how many bytes at the start are a digit in a key; 0 for none. Without
// the selector it is a digit with a mark, as any.
func keycapSize(s string) int {
	const sequence = emojiStyle + keycap
	if s != "" && strings.IndexByte("0123456789#*", s[0]) >= 0 && strings.HasPrefix(s[1:], sequence) {
		return 1 + len(sequence)
	}
	return 0
}

// takeEmoji returns a string with each emoji replaced by anyEmoji, and those replaced.
func takeEmoji(s string) (plain string, emoji []string) {
	var out strings.Builder
	for i := 0; i < len(s); {
		if size := emojiSize(s[i:]); size > 0 {
			out.WriteString(anyEmoji)
			emoji = append(emoji, s[i:i+size])
			i += size
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		out.WriteString(s[i : i+size])
		i += size
	}
	return out.String(), emoji
}

// putEmoji is the reverse of takeEmoji.
func putEmoji(plain string, emoji []string) string {
	var out strings.Builder
	for _, e := range emoji {
		before, after, _ := strings.Cut(plain, anyEmoji)
		out.WriteString(before)
		out.WriteString(e)
		plain = after
	}
	return out.String() + plain
}

// bareEmoji leaves out of an emoji what only some fonts show: selectors and joiners.
var bareEmoji = strings.NewReplacer(textStyle, "", emojiStyle, "", zwj, "")

// pictographs is the property Extended_Pictographic of Unicode 17. It holds what later
// versions may make emoji of, too, and so need not follow them.
var pictographs = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0xa9, 0xa9, 1}, {0xae, 0xae, 1}, {0x203c, 0x203c, 1}, {0x2049, 0x2049, 1},
		{0x2122, 0x2122, 1}, {0x2139, 0x2139, 1}, {0x2194, 0x2199, 1}, {0x21a9, 0x21aa, 1},
		{0x231a, 0x231b, 1}, {0x2328, 0x2328, 1}, {0x23cf, 0x23cf, 1}, {0x23e9, 0x23f3, 1},
		{0x23f8, 0x23fa, 1}, {0x24c2, 0x24c2, 1}, {0x25aa, 0x25ab, 1}, {0x25b6, 0x25b6, 1},
		{0x25c0, 0x25c0, 1}, {0x25fb, 0x25fe, 1}, {0x2600, 0x2604, 1}, {0x260e, 0x260e, 1},
		{0x2611, 0x2611, 1}, {0x2614, 0x2615, 1}, {0x2618, 0x2618, 1}, {0x261d, 0x261d, 1},
		{0x2620, 0x2620, 1}, {0x2622, 0x2623, 1}, {0x2626, 0x2626, 1}, {0x262a, 0x262a, 1},
		{0x262e, 0x262f, 1}, {0x2638, 0x263a, 1}, {0x2640, 0x2640, 1}, {0x2642, 0x2642, 1},
		{0x2648, 0x2653, 1}, {0x265f, 0x2660, 1}, {0x2663, 0x2663, 1}, {0x2665, 0x2666, 1},
		{0x2668, 0x2668, 1}, {0x267b, 0x267b, 1}, {0x267e, 0x267f, 1}, {0x2692, 0x2697, 1},
		{0x2699, 0x2699, 1}, {0x269b, 0x269c, 1}, {0x26a0, 0x26a1, 1}, {0x26a7, 0x26a7, 1},
		{0x26aa, 0x26ab, 1}, {0x26b0, 0x26b1, 1}, {0x26bd, 0x26be, 1}, {0x26c4, 0x26c5, 1},
		{0x26c8, 0x26c8, 1}, {0x26ce, 0x26cf, 1}, {0x26d1, 0x26d1, 1}, {0x26d3, 0x26d4, 1},
		{0x26e9, 0x26ea, 1}, {0x26f0, 0x26f5, 1}, {0x26f7, 0x26fa, 1}, {0x26fd, 0x26fd, 1},
		{0x2702, 0x2702, 1}, {0x2705, 0x2705, 1}, {0x2708, 0x270d, 1}, {0x270f, 0x270f, 1},
		{0x2712, 0x2712, 1}, {0x2714, 0x2714, 1}, {0x2716, 0x2716, 1}, {0x271d, 0x271d, 1},
		{0x2721, 0x2721, 1}, {0x2728, 0x2728, 1}, {0x2733, 0x2734, 1}, {0x2744, 0x2744, 1},
		{0x2747, 0x2747, 1}, {0x274c, 0x274c, 1}, {0x274e, 0x274e, 1}, {0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1}, {0x2763, 0x2764, 1}, {0x2795, 0x2797, 1}, {0x27a1, 0x27a1, 1},
		{0x27b0, 0x27b0, 1}, {0x27bf, 0x27bf, 1}, {0x2934, 0x2935, 1}, {0x2b05, 0x2b07, 1},
		{0x2b1b, 0x2b1c, 1}, {0x2b50, 0x2b50, 1}, {0x2b55, 0x2b55, 1}, {0x3030, 0x3030, 1},
		{0x303d, 0x303d, 1}, {0x3297, 0x3297, 1}, {0x3299, 0x3299, 1},
	},
	R32: []unicode.Range32{
		{0x1f004, 0x1f004, 1}, {0x1f02c, 0x1f02f, 1}, {0x1f094, 0x1f09f, 1}, {0x1f0af, 0x1f0b0, 1},
		{0x1f0c0, 0x1f0c0, 1}, {0x1f0cf, 0x1f0d0, 1}, {0x1f0f6, 0x1f0ff, 1}, {0x1f170, 0x1f171, 1},
		{0x1f17e, 0x1f17f, 1}, {0x1f18e, 0x1f18e, 1}, {0x1f191, 0x1f19a, 1}, {0x1f1ae, 0x1f1e5, 1},
		{0x1f201, 0x1f20f, 1}, {0x1f21a, 0x1f21a, 1}, {0x1f22f, 0x1f22f, 1}, {0x1f232, 0x1f23a, 1},
		{0x1f23c, 0x1f23f, 1}, {0x1f249, 0x1f25f, 1}, {0x1f266, 0x1f321, 1}, {0x1f324, 0x1f393, 1},
		{0x1f396, 0x1f397, 1}, {0x1f399, 0x1f39b, 1}, {0x1f39e, 0x1f3f0, 1}, {0x1f3f3, 0x1f3f5, 1},
		{0x1f3f7, 0x1f3fa, 1}, {0x1f400, 0x1f4fd, 1}, {0x1f4ff, 0x1f53d, 1}, {0x1f549, 0x1f54e, 1},
		{0x1f550, 0x1f567, 1}, {0x1f56f, 0x1f570, 1}, {0x1f573, 0x1f57a, 1}, {0x1f587, 0x1f587, 1},
		{0x1f58a, 0x1f58d, 1}, {0x1f590, 0x1f590, 1}, {0x1f595, 0x1f596, 1}, {0x1f5a4, 0x1f5a5, 1},
		{0x1f5a8, 0x1f5a8, 1}, {0x1f5b1, 0x1f5b2, 1}, {0x1f5bc, 0x1f5bc, 1}, {0x1f5c2, 0x1f5c4, 1},
		{0x1f5d1, 0x1f5d3, 1}, {0x1f5dc, 0x1f5de, 1}, {0x1f5e1, 0x1f5e1, 1}, {0x1f5e3, 0x1f5e3, 1},
		{0x1f5e8, 0x1f5e8, 1}, {0x1f5ef, 0x1f5ef, 1}, {0x1f5f3, 0x1f5f3, 1}, {0x1f5fa, 0x1f64f, 1},
		{0x1f680, 0x1f6c5, 1}, {0x1f6cb, 0x1f6d2, 1}, {0x1f6d5, 0x1f6e5, 1}, {0x1f6e9, 0x1f6e9, 1},
		{0x1f6eb, 0x1f6f0, 1}, {0x1f6f3, 0x1f6ff, 1}, {0x1f7da, 0x1f7ff, 1}, {0x1f80c, 0x1f80f, 1},
		{0x1f848, 0x1f84f, 1}, {0x1f85a, 0x1f85f, 1}, {0x1f888, 0x1f88f, 1}, {0x1f8ae, 0x1f8af, 1},
		{0x1f8bc, 0x1f8bf, 1}, {0x1f8c2, 0x1f8cf, 1}, {0x1f8d9, 0x1f8ff, 1}, {0x1f90c, 0x1f93a, 1},
		{0x1f93c, 0x1f945, 1}, {0x1f947, 0x1f9ff, 1}, {0x1fa58, 0x1fa5f, 1}, {0x1fa6e, 0x1faff, 1},
		{0x1fc00, 0x1fffd, 1},
	},
	LatinOffset: 2,
}
