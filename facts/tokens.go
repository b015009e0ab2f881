package facts

import "plainchat/chat"

// tokens are all that were ever made.
type tokens struct {
	list         []chat.Token   // in the order in which they were made
	byID, byHash map[string]int // the places in the list
}

func newTokens() tokens {
	return tokens{byID: make(map[string]int), byHash: make(map[string]int)}
}

// put makes a token, or changes the one with its id. Unless it is revoked, it owns its name.
func (t *tokens) put(token chat.Token, names *owners) {
	i, ok := t.byID[token.ID]
	if ok {
		names.remove(t.list[i].Person())
		delete(t.byHash, t.list[i].Hash)
		t.list[i] = token
	} else {
		i = len(t.list)
		t.list = append(t.list, token)
		t.byID[token.ID] = i
	}
	t.byHash[token.Hash] = i
	if !token.Revoked {
		names.add(token.Person())
	}
}

// at returns the token at a place that was looked up.
func (t *tokens) at(i int, ok bool) (chat.Token, bool) {
	if !ok {
		return chat.Token{}, false
	}
	return t.list[i], true
}
