package locale

import (
	"strings"

	"golang.org/x/text/language"
)

var matcher = language.NewMatcher(tags())

func tags() []language.Tag {
	all := make([]language.Tag, len(All))
	for i, c := range All {
		all[i] = language.MustParse(c.Lang)
	}
	return all
}

// Named returns the catalogue of a language, such as "ko"; nil if there is none.
func Named(lang string) *Catalogue {
	for _, c := range All {
		if c.Lang == lang {
			return c
		}
	}
	return nil
}

// Accepted returns the catalogue that fits an Accept-Language header (RFC 9110) best; English
// where none does.
func Accepted(header string) *Catalogue {
	wanted, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return English
	}
	_, i, _ := matcher.Match(wanted...)
	return All[i]
}

// OfEnvironment returns the catalogue for messages in a terminal, by the variables that POSIX has
// for it: the first of LC_ALL, LC_MESSAGES and LANG that is set.
func OfEnvironment(getenv func(string) string) *Catalogue {
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if value := getenv(name); value != "" {
			lang, _, _ := strings.Cut(value, ".")
			lang, _, _ = strings.Cut(lang, "_")
			if c := Named(lang); c != nil {
				return c
			}
			return English
		}
	}
	return English
}
