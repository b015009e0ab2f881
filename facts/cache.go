package facts

import (
	"sync"

	"plainchat/chat"
)

// cachedNames is how many names have their skeletons kept, and up to twice as many: those of
// the people who speak now. They take at most some MB.
const cachedNames = 2048

// skeletonCache keeps the skeletons of the names that are asked about, which for names
// beyond ASCII take 50 times longer to make than to look up. The zero value is empty.
type skeletonCache struct {
	mu          sync.Mutex
	young, aged map[chat.Name]chat.Skeletons // aged is what was young; it goes when young is full
}

func (c *skeletonCache) of(name chat.Name) chat.Skeletons {
	c.mu.Lock()
	skeletons, ok := c.young[name]
	if !ok {
		if skeletons, ok = c.aged[name]; ok {
			c.put(name, skeletons)
		}
	}
	c.mu.Unlock()
	if ok {
		return skeletons
	}
	skeletons = name.Skeletons()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(name, skeletons)
	return skeletons
}

func (c *skeletonCache) put(name chat.Name, skeletons chat.Skeletons) {
	if c.young == nil || len(c.young) >= cachedNames {
		c.young, c.aged = make(map[chat.Name]chat.Skeletons), c.young
	}
	c.young[name] = skeletons
}
