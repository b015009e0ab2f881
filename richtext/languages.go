package richtext

import "strings"

// grammar is what is known of a language: enough to tell words, strings and comments apart.
type grammar struct {
	scan     func(*scanner)  // what reads it
	keywords map[string]bool // in lower case where fold is set
	types    map[string]bool
	fold     bool        // case makes no difference
	line     []string    // begin comments that end with the line
	apart    bool        // those count only after a space
	blocks   [][2]string // begin and end comments of any length
	quotes   string      // begin and end strings, with escapes by a backslash
	chars    bool        // of them, ' is for one character
	raw      [][2]string // begin and end strings of any length
	inWord   string      // what words have beside letters and digits
	keys     string      // after a word or string, make a key of it
	sigils   string      // begin a variable, or an attribute
}

func words(s string) map[string]bool {
	set := make(map[string]bool)
	for _, word := range strings.Fields(s) {
		set[word] = true
	}
	return set
}

// Comments as most languages have them.
var (
	slashes = []string{"//"}
	hash    = []string{"#"}
	cBlocks = [][2]string{{"/*", "*/"}}
)

// languages are those that are highlighted, by the names that people give them.
var languages = named(map[string]*grammar{
	"go golang": {
		keywords: words("break case chan const continue default defer else fallthrough for func go goto if import interface map package range return select struct switch type var nil true false iota"),
		types:    words("any bool byte comparable complex64 complex128 error float32 float64 int int8 int16 int32 int64 rune string uint uint8 uint16 uint32 uint64 uintptr append cap clear close copy delete len make max min new panic print println recover"),
		line:     slashes, blocks: cBlocks, quotes: `"'`, chars: true, raw: [][2]string{{"`", "`"}},
	},
	"python py python3": {
		keywords: words("and as assert async await break class continue def del elif else except finally for from global if import in is lambda match nonlocal not or pass raise return try while with yield None True False self"),
		types:    words("bool bytes dict float int list object set str tuple len print range open enumerate zip map filter sorted isinstance super type"),
		line:     hash, quotes: `"'`, raw: [][2]string{{`"""`, `"""`}, {"'''", "'''"}}, sigils: "@",
	},
	"javascript js jsx mjs node typescript ts tsx": {
		keywords: words("abstract as async await break case catch class const continue debugger declare default delete do else enum export extends finally for from function get if implements import in instanceof interface keyof let namespace new null of private protected public readonly return satisfies set static super switch this throw true false try type typeof undefined var void while yield"),
		types:    words("any bigint boolean never number object string symbol unknown Array Date Error JSON Map Math Number Object Promise RegExp Set String console document window"),
		line:     slashes, blocks: cBlocks, quotes: `"'`, raw: [][2]string{{"`", "`"}}, inWord: "$", sigils: "@",
	},
	"json jsonc json5 ndjson": {keywords: words("true false null"), line: slashes, blocks: cBlocks, quotes: `"`, keys: ":"},
	"bash sh shell zsh console": {
		keywords: words("case do done elif else esac export fi for function if in local return select set then time trap unset until while break continue exit source"),
		types:    words("alias awk cat cd chmod chown cp curl cut docker echo find git grep head jq kill ls make mkdir mv npm printf read rm sed sort ssh sudo systemctl tail tar tee test touch tr uniq wc xargs"),
		line:     hash, apart: true, quotes: `"'`, inWord: "-", sigils: "$",
	},
	"sql mysql postgres postgresql psql sqlite": {
		keywords: words("add all alter and as asc begin between by case check column commit constraint create cross database default delete desc distinct drop else end exists explain foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer primary references returning right rollback select set table then transaction union unique update using values view when where with true false"),
		types:    words("bigint blob boolean char date decimal double float int integer json jsonb numeric real serial smallint text time timestamp timestamptz uuid varchar avg coalesce count max min now sum"),
		fold:     true, line: []string{"--"}, blocks: cBlocks, quotes: `'"`,
	},
	"html htm xml svg vue": {scan: scanMarkup},
	"css scss less":        {line: slashes, apart: true, blocks: cBlocks, quotes: `"'`, inWord: "-", keys: ":", sigils: "@$#."},
	"yaml yml":             {keywords: words("true false null yes no on off"), line: hash, apart: true, quotes: `"'`, inWord: "-./", keys: ":", sigils: "&*"},
	"toml ini conf":        {keywords: words("true false"), line: []string{"#", ";"}, apart: true, quotes: `"'`, raw: [][2]string{{`"""`, `"""`}}, inWord: "-.", keys: "="},
	"c h cpp c++ cc hpp": {
		keywords: words("alignas alignof auto break case catch class const consteval constexpr continue co_await co_return co_yield default define delete do else enum explicit export extern final for friend goto if ifdef ifndef endif include inline mutable namespace new noexcept nullptr operator override private protected public register restrict return sizeof static struct switch template this throw true false try typedef typename union using virtual volatile while NULL"),
		types:    words("bool char double float int long short signed unsigned void size_t ssize_t int8_t int16_t int32_t int64_t uint8_t uint16_t uint32_t uint64_t string vector map std"),
		line:     slashes, blocks: cBlocks, quotes: `"'`, chars: true, sigils: "#",
	},
	"rust rs": {
		keywords: words("as async await break const continue crate dyn else enum extern false fn for if impl in let loop match mod move mut pub ref return self Self static struct super trait true type unsafe use where while"),
		types:    words("bool char f32 f64 i8 i16 i32 i64 i128 isize str u8 u16 u32 u64 u128 usize Box Err None Ok Option Result Some String Vec"),
		line:     slashes, blocks: cBlocks, quotes: `"'`, chars: true,
	},
	"java kotlin kt scala": {
		keywords: words("abstract as assert break by case catch class companion const continue data def default do else enum extends final finally for fun given if implements import in init instanceof interface internal is lateinit match native new null object open operator override package private protected public record return sealed static super suspend switch synchronized this throw throws trait true false try typealias val var when while with yield"),
		types:    words("boolean byte char double float int long short void Any Array Boolean Byte Char Double Float Int Integer List Long Map Object Set Short String Unit"),
		line:     slashes, blocks: cBlocks, quotes: `"'`, chars: true, raw: [][2]string{{`"""`, `"""`}}, sigils: "@",
	},
	"swift": {
		keywords: words("actor any as async await break case catch class continue default defer deinit do else enum extension fallthrough false fileprivate final for func guard if import in init inout internal is lazy let mutating nil open operator override private protocol public repeat rethrows return self Self some static struct subscript super switch throw throws true try typealias unowned var weak where while"),
		types:    words("Any Array Bool Character Dictionary Double Float Int Optional Set String UInt Void print"),
		line:     slashes, blocks: cBlocks, quotes: `"`, raw: [][2]string{{`"""`, `"""`}}, sigils: "@#",
	},
	"csharp cs c#": {
		keywords: words("abstract as async await base break case catch checked class const continue default delegate do else enum event explicit extern false finally fixed for foreach get if implicit in init interface internal is lock namespace new null operator out override params private protected public readonly record ref return sealed set sizeof static struct switch this throw true try typeof unchecked unsafe using value var virtual volatile when where while yield"),
		types:    words("bool byte char decimal double dynamic float int long nint object sbyte short string uint ulong ushort void Console List Task"),
		line:     slashes, blocks: cBlocks, quotes: `"'`, chars: true, raw: [][2]string{{`"""`, `"""`}},
	},
	"ruby rb": {
		keywords: words("alias and begin break case class def defined? do else elsif end ensure false for if in module next nil not or redo require require_relative rescue retry return self super then true undef unless until when while yield attr_accessor attr_reader"),
		line:     hash, quotes: `"'`, inWord: "?!", sigils: "@$",
	},
	"php": {
		keywords: words("abstract and array as break case catch class clone const continue declare default do echo else elseif enum extends final finally fn for foreach function global if implements include instanceof interface match namespace new null or print private protected public readonly require require_once return static switch throw trait true false try use var while yield"),
		types:    words("bool float int iterable mixed object string void self"),
		line:     []string{"//", "#"}, blocks: cBlocks, quotes: `"'`, sigils: "$",
	},
	"lua": {
		keywords: words("and break do else elseif end false for function goto if in local nil not or repeat return then true until while"),
		line:     []string{"--"}, blocks: [][2]string{{"--[[", "]]"}}, quotes: `"'`, raw: [][2]string{{"[[", "]]"}},
	},
	"dockerfile docker": {
		keywords: words("ADD ARG AS CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR"),
		line:     hash, apart: true, quotes: `"'`, inWord: "-", sigils: "$",
	},
	"makefile make": {
		keywords: words("define else endef endif export ifdef ifeq ifndef ifneq include override"),
		line:     hash, apart: true, quotes: `"'`, inWord: "-.", keys: ":=", sigils: "$",
	},
	"diff patch": {scan: scanDiff},
})

// named returns the grammars by each of their names.
func named(all map[string]*grammar) map[string]*grammar {
	byName := make(map[string]*grammar)
	for names, g := range all {
		if g.scan == nil {
			g.scan = scanCode
		}
		for name := range strings.FieldsSeq(names) {
			byName[name] = g
		}
	}
	return byName
}
