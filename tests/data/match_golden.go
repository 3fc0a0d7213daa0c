// Writes the verdicts of Go's filepath.Match over generated patterns and paths, one a line:
// a JSON list of pattern, path (both as latin-1 text, one character a byte) and "yes", "no" or
// "malformed". Half of them are random, half are made so that they nearly match.
//
// To renew:  go run tests/data/match_golden.go > tests/data/match_golden.jsonl
package main

import (
	"encoding/json"
	"fmt"
	"math/rand"
	"path/filepath"
)

var pieces = []string{
	"*", "*", "**", "?", "[a-c]", "[^a]", "[ab]", "[^/]", "[", "]", "-", "^", "\\", "\\*", "\\\\",
	"/", "/", "a", "b", "c", "ab", ".", "é", "€", "[é-€]", "[^€]", "\xff", "[\\]a]", "[a-]", "[]a]",
	"[*]", "!",
}
var letters = []string{"a", "b", "c", "/", "a", "b", ".", "é", "€", "*", "\\", "]", "-", "\xff", "ab"}

func join(r *rand.Rand, from []string, most int) string {
	text := ""
	for n := r.Intn(most + 1); n > 0; n-- {
		text += from[r.Intn(len(from))]
	}
	return text
}

// near makes a pattern out of a path by putting wildcards in place of some of its characters.
func near(r *rand.Rand, path string) string {
	text := ""
	for _, char := range path {
		switch r.Intn(8) {
		case 0:
			text += "*"
		case 1:
			text += "?"
		case 2:
			text += "[^b]"
		case 3:
			text += "*" + string(char)
		case 4:
			text += "\\" + string(char)
		default:
			text += string(char)
		}
	}
	return text
}

func latin1(text string) string {
	runes := []rune{}
	for i := 0; i < len(text); i++ {
		runes = append(runes, rune(text[i]))
	}
	return string(runes)
}

func main() {
	r := rand.New(rand.NewSource(1))
	seen := map[string]bool{}
	for len(seen) < 4000 {
		path := join(r, letters, 7)
		pattern := join(r, pieces, 6)
		if r.Intn(2) == 0 {
			pattern = near(r, path)
		}
		matched, err := filepath.Match(pattern, path)
		verdict := map[bool]string{true: "yes", false: "no"}[matched]
		if err != nil {
			verdict = "malformed"
		}
		row, _ := json.Marshal([]string{latin1(pattern), latin1(path), verdict})
		if !seen[string(row)] {
			seen[string(row)] = true
			fmt.Println(string(row))
		}
	}
}
