package console

// OpenID is the sign-in at an identity provider.
type OpenID interface {
	Name() string
}
