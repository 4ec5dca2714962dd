// Package models holds the words of Tamis: the types that more than one room
// speaks of. It owns their meaning, their validation and the small questions
// they can answer; it refuses I/O, wire shapes and anything outside the
// standard library.
//
// Word rule: a "model" is a type of this package; "weights" are learned
// parameters; a "scorer" is loaded weights. A [Label] names what a score is
// about ("toxic"); a [Feedback] is what a person's decision teaches.
package models
