package facts

import (
	"slices"

	"plainchat/chat"
)

// tokens are all that were ever made.
type tokens struct {
	list         []chat.Token   // in the order in which they were made
	byID, byHash map[string]int // the places in the list
	// owners are those who are not revoked, by what their names look like: one map for each
	// place of chat.Skeletons.
	owners [len(chat.Skeletons{})]map[string][]chat.PersonID
}

func newTokens() tokens {
	t := tokens{byID: make(map[string]int), byHash: make(map[string]int)}
	for i := range t.owners {
		t.owners[i] = make(map[string][]chat.PersonID)
	}
	return t
}

// put makes a token, or changes the one with its id.
func (t *tokens) put(token chat.Token) {
	i, ok := t.byID[token.ID]
	if ok {
		t.disown(t.list[i])
		delete(t.byHash, t.list[i].Hash)
		t.list[i] = token
	} else {
		i = len(t.list)
		t.list = append(t.list, token)
		t.byID[token.ID] = i
	}
	t.byHash[token.Hash] = i
	if !token.Revoked {
		t.own(token)
	}
}

func (t *tokens) own(token chat.Token) {
	for i, skeleton := range token.Name.Skeletons() {
		t.owners[i][skeleton] = append(t.owners[i][skeleton], token.Person().ID)
	}
}

func (t *tokens) disown(token chat.Token) {
	for i, skeleton := range token.Name.Skeletons() {
		left := slices.DeleteFunc(t.owners[i][skeleton], func(id chat.PersonID) bool { return id == token.Person().ID })
		if len(left) == 0 {
			delete(t.owners[i], skeleton)
		} else {
			t.owners[i][skeleton] = left
		}
	}
}

// nobody reports whether no token owns a name.
func (t *tokens) nobody() bool { return len(t.owners[0]) == 0 }

// owner returns a token whose name looks like one, or "".
func (t *tokens) owner(skeletons chat.Skeletons) chat.PersonID {
	for i, skeleton := range skeletons {
		if owners := t.owners[i][skeleton]; len(owners) > 0 {
			return owners[0]
		}
	}
	return ""
}

// isOwner reports whether somebody is a token whose name looks like one.
func (t *tokens) isOwner(skeletons chat.Skeletons, id chat.PersonID) bool {
	for i, skeleton := range skeletons {
		if slices.Contains(t.owners[i][skeleton], id) {
			return true
		}
	}
	return false
}

// at returns the token at a place that was looked up.
func (t *tokens) at(i int, ok bool) (chat.Token, bool) {
	if !ok {
		return chat.Token{}, false
	}
	return t.list[i], true
}
