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

// connectionCapacity is how many other connections may be open beside so many streams.
// Each may have a file open, or be one of those that the system has let in meanwhile.
func connectionCapacity(descriptors int, streams int64) int64 {
	return (int64(descriptors) - streams) / 2
}
