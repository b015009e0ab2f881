package richtext

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"
)

// schemes are those that links may have.
var schemes = []string{"https", "http", "mailto"}

// endsInScheme reports whether a text ends in one of the schemes.
func endsInScheme(text string) bool { return schemeAtEnd(text) != "" }

// schemeAtEnd returns the scheme that a text ends in, as typed, unless it is a part of a word; else
// "".
func schemeAtEnd(text string) string {
	for _, scheme := range schemes {
		if endsInFold(text, scheme) {
			return text[len(text)-len(scheme):]
		}
	}
	return ""
}

// endsInFold reports whether a text ends in a word of ASCII letters, in any case.
func endsInFold(text, word string) bool {
	at := len(text) - len(word)
	return at >= 0 && strings.EqualFold(text[at:], word) && (at == 0 || !isAlnum(text[at-1]))
}

// maxName is how many bytes are looked at in search of the name before an @, or after it.
const maxName = 200

// found is an address in a text: a span, and how many bytes of it stand before the character that it was
// found by, and from there on. Without an address, size is 0.
type found struct {
	node       Node
	back, size int
}

// find looks for an address around the character that a line begins with, and tells how many bytes
// it has looked at. If it is not patient, it looks at few.
func find(before, line []byte, patient bool) (f found, looked int) {
	if !patient || len(before) == 0 {
		return f, 0
	}
	switch {
	case line[0] == '@':
		return mailAddress(string(before), string(line[:min(len(line), maxName)])), maxName / 8
	case line[0] == '.' && endsInFold(string(before), "www"):
		return addressOfWWW(string(before), string(line[:min(len(line), maxAddress)]))
	case line[0] == ':' && endsInScheme(string(before)):
		return addressWithScheme(string(before), string(line[:min(len(line), maxAddress)]))
	}
	return f, 0
}

func addressWithScheme(before, line string) (f found, looked int) {
	scheme := schemeAtEnd(before)
	size := 0
	if strings.EqualFold(scheme, "mailto") {
		size = 1 + mailSize(line[1:])
	} else if strings.HasPrefix(line, "://") {
		size = len("://") + webAddress(line[len("://"):])
	}
	address := linkAddress(scheme + line[:size])
	if address == "" {
		return f, size
	}
	return found{linkTo(address, address), len(scheme), size}, size
}

func addressOfWWW(before, line string) (f found, looked int) {
	const www, shortest = "www", ".a.b"
	size := 1 + webAddress(line[1:])
	text := before[len(before)-len(www):] + line[:size]
	address := linkAddress("http://" + text)
	if size < len(shortest) || address == "" {
		return f, size
	}
	return found{linkTo(address, text), len(www), size}, size
}

func mailAddress(before, line string) (f found) {
	back, size := mailBefore(before), mailAfter(line[1:])
	if back == 0 || size == 0 {
		return f
	}
	text := before[len(before)-back:] + line[:1+size]
	return found{linkTo("mailto:"+text, text), back, 1 + size}
}

func linkTo(address, text string) Node {
	return Node{Type: Link, Value: address, Host: hostToTell(address, text), Children: shown(text)}
}

// mailSize returns how many bytes of a text are a mail address; 0 if there is none.
func mailSize(text string) int {
	at := strings.IndexByte(text[:min(len(text), maxName)], '@')
	if at <= 0 || mailBefore(text[:at]) != at {
		return 0
	}
	if host := mailAfter(text[at+1:]); host > 0 {
		return at + 1 + host
	}
	return 0
}

// webAddress returns how many bytes of a text are the rest of a web address, from its host on.
func webAddress(text string) int {
	size := hostSize(text)
	if size == 0 {
		return 0
	}
	if size < len(text) && strings.IndexByte("/?#", text[size]) >= 0 {
		path := text[size:][:pathSize(text[size:])]
		size += withoutParticle(path)
	}
	return len(strings.TrimRight(text[:size], `.,:;!?'*_~`))
}

// hostSize returns how many bytes of a text may be a host with a port; 0 if there is no letter or
// digit in it. What is not ASCII begins a label or follows its like: in
// example.org를 it is the particle of a sentence.
func hostSize(text string) (size int) {
	named := false
	before := '.'
	for i, r := range text {
		switch ascii := r < utf8.RuneSelf; {
		case isASCIIAlnum(r):
			named = true
		case ascii && strings.ContainsRune("-._:[]@%", r):
		case !ascii && (unicode.IsLetter(r) || unicode.IsMark(r)) && (before >= utf8.RuneSelf || strings.ContainsRune("-.@", before)):
			named = true
		default:
			return whole(i, named)
		}
		if r == ']' && !strings.Contains(text[:i], "[") {
			return whole(i, named)
		}
		before = r
	}
	return whole(len(text), named)
}

func whole(size int, named bool) int {
	if named {
		return size
	}
	return 0
}

// pathSize returns how many bytes of a text belong to the path and what follows it: up to what is
// never in an address, or closes a bracket that was opened before the address.
func pathSize(text string) int {
	var open [3]int // brackets, of each sort
	for i, r := range text {
		if isASCIIAlnum(r) {
			continue
		}
		if isNeverInAddress(r) || strings.ContainsRune("“”‘’、。，！？；：「」『』（）【】《》〈〉…", r) {
			return i
		}
		if sort := strings.IndexRune("([{", r); sort >= 0 {
			open[sort]++
		}
		if sort := strings.IndexRune(")]}", r); sort >= 0 {
			if open[sort]--; open[sort] < 0 {
				return i
			}
		}
	}
	return len(text)
}

// particles are those of Korean that people write directly after an address.
var particles = map[string]bool{}

func init() {
	for _, p := range strings.Fields("은 는 이 가 을 를 의 에 에서 로 으로 와 과 도 만 랑 이랑 하고 나 이나 부터 까지 처럼 보다 에는 에도 에선 로는 입니다 이에요 예요 이야 야 이고 인데 네요 참고 참조 확인") {
		particles[p] = true
	}
}

// withoutParticle returns how long a path is without the particle that follows it.
func withoutParticle(path string) int {
	word := strings.TrimRightFunc(path, func(r rune) bool { return unicode.Is(unicode.Hangul, r) })
	last, _ := utf8.DecodeLastRuneInString(word)
	if particles[path[len(word):]] && (last == '/' || isASCIIAlnum(last)) {
		return len(word)
	}
	return len(path)
}

// mailBefore returns how many bytes at the end of a text may be the name in a mail address.
func mailBefore(text string) int {
	name := strings.TrimLeft(text[len(strings.TrimRightFunc(text, isMailName)):], ".-+%_")
	return len(name)
}

// mailAfter returns how many bytes of a text are the host of a mail address; 0 if there is none.
func mailAfter(text string) int {
	size := 0
	for size < len(text) && (isAlnum(text[size]) || text[size] == '.' || text[size] == '-') {
		size++
	}
	host := strings.TrimRight(text[:size], ".-")
	dot := strings.LastIndexByte(host, '.')
	if dot <= 0 || len(host)-dot < 3 || strings.Contains(host, "..") || strings.ContainsAny(host[dot:], "0123456789") {
		return 0
	}
	return len(host)
}

func isMailName(r rune) bool {
	return isASCIIAlnum(r) || strings.ContainsRune("._%+-", r)
}

// linkAddress returns the form in which a link may have an address, or "".
func linkAddress(address string) string {
	if len(address) >= maxAddress || strings.ContainsFunc(address, isNeverInAddress) {
		return ""
	}
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	switch u.Scheme {
	case "http", "https":
		if u.Hostname() == "" {
			return ""
		}
	case "mailto":
		if !strings.Contains(u.Opaque, "@") {
			return ""
		}
	default:
		return ""
	}
	return address
}

func isNeverInAddress(r rune) bool {
	return unicode.IsSpace(r) || unicode.In(r, unicode.Cc, unicode.Cf) || strings.ContainsRune("<>\"`\\", r)
}

// hostToTell returns where an address leads, if its text may make people think of another place:
// it looks like an address, and is not that one.
func hostToTell(address, text string) string {
	u, err := url.Parse(address)
	if err != nil || !looksLikeAddress(text) {
		return ""
	}
	if u.Scheme == "mailto" {
		return otherThan(text, strings.TrimPrefix(address, "mailto:"))
	}
	if shown := hostOf(text); shown != "" && strings.EqualFold(shown, u.Host) && u.User == nil {
		return ""
	}
	return u.Host
}

func otherThan(text, address string) string {
	if strings.EqualFold(strings.TrimPrefix(strings.TrimSpace(text), "mailto:"), address) {
		return ""
	}
	return address
}

// hostOf returns the host of a text that is nothing but a web address, with or without a scheme.
func hostOf(text string) string {
	text = strings.TrimSpace(text)
	if _, rest, ok := strings.Cut(text, "://"); ok {
		text = rest
	}
	if end := strings.IndexAny(text, "/?#"); end >= 0 {
		text = text[:end]
	}
	return text
}

// looksLikeAddress reports whether there is something between two letters or digits that may be
// taken for a dot, or a sign of addresses.
func looksLikeAddress(text string) bool {
	if strings.ContainsAny(text, "@/") {
		return true
	}
	runes := []rune(text)
	for i := 1; i+1 < len(runes); i++ {
		dot := runes[i] == '.' || runes[i] >= utf8.RuneSelf && !unicode.IsLetter(runes[i]) && !unicode.IsMark(runes[i])
		if dot && isWordRune(runes[i-1]) && isWordRune(runes[i+1]) {
			return true
		}
	}
	return false
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isAlnum(c byte) bool { return isASCIIAlnum(rune(c)) }

// isASCIIAlnum is isAlnum for a rune.
func isASCIIAlnum(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9'
}
