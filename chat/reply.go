package chat

import "strconv"

var replyKind = &Kind{
	Name: "reply", Wire: "my response", Class: Content,
	Decode: decodeReply, Sample: Message{Text: "In the kitchen.", ReplyTo: 1},
	Doc: "Somebody answers a message of the room.",
}

type replyForm struct {
	To   uint64 `json:"to"`
	Text string `json:"text"`
}

func (m Message) appendReply(dst []byte) []byte {
	dst = append(dst, `{"to":`...)
	dst = strconv.AppendUint(dst, m.ReplyTo, 10)
	return append(appendString(dst, "text", m.Text), '}')
}

func decodeReply(data string) (Body, error) {
	form, err := decode[replyForm](data)
	if err != nil {
		return nil, err
	}
	if form.To == 0 || checkText(form.Text) != nil {
		return nil, errBody
	}
	return Message{Text: form.Text, ReplyTo: form.To}, nil
}
