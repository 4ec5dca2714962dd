package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/tamis-moderation/tamis/admin"
	"github.com/tamis-moderation/tamis/config"
	"github.com/tamis-moderation/tamis/models"
)

func newUser() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage the people of the console"}
	cmd.AddCommand(
		newUserAdd(), newUserList(),
		userAct("passwd EMAIL", "Set a password, read from the terminal or standard input", setPassword),
		userAct("disable EMAIL", "End an account's access; its decisions stay", disableUser),
		userAct("link EMAIL", "Print a one-time sign-in link, good for a day", linkUser),
	)
	return cmd
}

func newUserAdd() *cobra.Command {
	var name, role string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "add EMAIL",
		Short: "Add a person; the first sign-in is by `tamis user link`",
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			users := &admin.Users{Store: db, Now: time.Now}
			made, err := users.Add(cmd.Context(), args[0], name, models.Role(role), "cli")
			if err != nil {
				return err
			}
			if asJSON {
				return json.NewEncoder(cmd.OutOrStdout()).Encode(map[string]any{"id": made.ID, "email": made.Email, "role": made.Role})
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "added %s as %s\n", made.Email, made.Role)
			return err
		},
	}
	cmd.Flags().StringVar(&name, "name", "", "name shown to colleagues")
	cmd.Flags().StringVar(&role, "role", "moderator", "admin, manager, moderator, helper or auditor")
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

func newUserList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the accounts",
		Args:  cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, _, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			users, err := db.ListUsers(cmd.Context())
			if err != nil {
				return err
			}
			rows := make([][]any, 0, len(users))
			for _, u := range users {
				rows = append(rows, []any{u.Email, u.Name, u.Role, stamp(u.CreatedAt), stamp(u.DisabledAt)})
			}
			return printTable(cmd.OutOrStdout(), asJSON, []string{"email", "name", "role", "created_at", "disabled_at"}, rows)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}

// userAct makes a command that does one act to one account.
func userAct(use, short string, act func(cmd *cobra.Command, u *admin.Users, c config.Config, email string) error) *cobra.Command {
	return &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, c, err := openForAdmin(cmd)
			if err != nil {
				return err
			}
			defer db.Close()
			return act(cmd, &admin.Users{Store: db, Now: time.Now}, c, args[0])
		},
	}
}

func setPassword(cmd *cobra.Command, u *admin.Users, _ config.Config, email string) error {
	password, err := readPassword(cmd)
	if err != nil {
		return err
	}
	return u.SetPassword(cmd.Context(), email, password, "cli")
}

func disableUser(cmd *cobra.Command, u *admin.Users, _ config.Config, email string) error {
	return u.Disable(cmd.Context(), email, "cli")
}

func linkUser(cmd *cobra.Command, u *admin.Users, c config.Config, email string) error {
	secret, err := u.Link(cmd.Context(), email, "cli")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s/signin?token=%s\n", c.BaseURL(), secret)
	return err
}

// readPassword asks on a terminal without showing, and otherwise takes one line.
func readPassword(cmd *cobra.Command) (string, error) {
	if f, ok := cmd.InOrStdin().(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		fmt.Fprint(cmd.ErrOrStderr(), "New password: ")
		b, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(cmd.ErrOrStderr())
		return string(b), err
	}
	line, err := bufio.NewReader(io.LimitReader(cmd.InOrStdin(), 4096)).ReadString('\n')
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
