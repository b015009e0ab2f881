package search

import (
	"crypto/sha256"
	"encoding/base32"

	"plainchat/chat"
)

// Tags are words of the index that no text can have, since they begin with a character for
// private use: the room of a message and its sender. A search within a room is a search
// for one word more, which is as fast with a million messages in another room.
const (
	roomMark   = "\ue000"
	senderMark = "\ue001"
)

// roomTag returns the word that the messages of a room have.
func roomTag(room chat.Room) string { return tag(roomMark, string(room)) }

// senderTag returns the word that the messages of a person have, by the key of the name.
func senderTag(name chat.Name) string { return tag(senderMark, name.Key()) }

// tag is of one length for every name, and of characters that FTS5 takes as they are. To
// find another name for the same tag takes 2^80 attempts.
func tag(mark, name string) string {
	const size = 10 // bytes
	sum := sha256.Sum256([]byte(name))
	return mark + encoding.EncodeToString(sum[:size])
}

var encoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// tagCache spares the messages of those who write often the making of their tags.
type tagCache struct {
	rooms   map[chat.Room]string
	senders map[chat.Name]string
}

// cachedTags is how many tags of each sort are kept.
const cachedTags = 4096

func newTagCache() *tagCache {
	return &tagCache{rooms: map[chat.Room]string{}, senders: map[chat.Name]string{}}
}

// of returns the tags of a message.
func (c *tagCache) of(ev chat.Event) string {
	return cached(c.rooms, ev.Room, roomTag) + " " + cached(c.senders, ev.From.Name, senderTag)
}

func cached[K comparable](tags map[K]string, key K, tagOf func(K) string) string {
	tag, found := tags[key]
	if !found {
		if tag = tagOf(key); len(tags) >= cachedTags {
			clear(tags)
		}
		tags[key] = tag
	}
	return tag
}
