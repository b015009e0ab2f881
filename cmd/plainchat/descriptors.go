package main

// streamCapacity is how many streams there may be, each of which takes a descriptor,
// where the system allows the process so many of them.
//
// The rest is kept for all else: the log's files, and the connections of requests. A
// listener that speaks has one of those beside its stream now and then, so there is
// a quarter for them; but requests are short, and beyond a few hundred at the same
// time it is not descriptors that they lack.
func streamCapacity(descriptors int) int {
	return max(1, descriptors-min(64+descriptors/4, 512))
}

// connectionCapacity is how many connections may be open at a time: one for each stream
// that there may be, and for requests a quarter as many, or 1,024. The log's files need
// some of the descriptors.
func connectionCapacity(descriptors, streams int) int {
	free := int64(descriptors - min(48, descriptors/2))
	return int(min(free, int64(streams)+int64(max(1024, streams/4))))
}

// clientConnections is how many of the connections one client may have, where it may have
// so many streams, 0 being no limit: as many again as requests need, and some are left to
// the others.
func clientConnections(connections, streams int) int {
	most := connections - connections/8
	if streams > 0 && streams < most-1024 {
		return streams + 1024
	}
	return most
}
