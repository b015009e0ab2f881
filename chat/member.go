package chat

import "strconv"

// appendReference appends a member that is an id of the same log.
func appendReference(dst []byte, name, epoch string, seq uint64) []byte {
	dst = appendMember(dst, name)
	dst = append(dst, '"')
	dst = ID{epoch, seq}.Append(dst)
	return append(dst, '"')
}

func appendString(dst []byte, name, value string) []byte {
	return AppendQuoted(appendMember(dst, name), value)
}

func appendBool(dst []byte, name string, value bool) []byte {
	return strconv.AppendBool(appendMember(dst, name), value)
}

func appendMember(dst []byte, name string) []byte {
	dst = append(dst, `,"`...)
	dst = append(dst, name...)
	return append(dst, `":`...)
}
