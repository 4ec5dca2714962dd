package classifier

import "strings"

// Runtime tells what computes the scores of the weights, and why it is not
// something faster.
type Runtime struct {
	Name      string // go or onnx
	Version   string // of ONNX Runtime
	Library   string // its file
	Precision string // fp32 or int8
	Missing   string // why ONNX Runtime was not found: where it was looked for
	Refused   string // why something that was found is not used
}

// String words the runtime in a line.
func (r Runtime) String() string {
	words := []string{"pure Go"}
	if r.Name == "onnx" {
		words = []string{"ONNX Runtime", r.Version, r.Precision, "from", r.Library}
	}
	return strings.Join(words, " ")
}
