// Package postgres keeps everything in PostgreSQL: the store for many processes
// on many machines. It owns its SQL, the commits that additions of many callers
// share, and what is retried; it refuses policy, and to wait for a database
// that is away: such an act is Unavailable within seconds.
package postgres

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/tamis-moderation/tamis/store"
	"github.com/tamis-moderation/tamis/store/internal/group"
)

var _ store.Store = (*Store)(nil)

// Options tune a store; the zero value is right for a service.
type Options struct {
	MaxConns int32 // connections; 0 = what the address says, else 4 a core and at least 16
	Group    int   // comments that may share an INSERT; 0 = 128, 1 = one call an INSERT
}

// Store is a PostgreSQL database.
type Store struct {
	pool  *pgxpool.Pool
	adds  *group.Queue[*addition]
	floor floor
}

const (
	// actTime is how long an act may take before its caller is told that the
	// database is away; longTime is for acts that touch many rows.
	actTime  = 3 * time.Second
	longTime = 30 * time.Second
	// shards is over how many rows the counters of a day are spread.
	shards = 16
)

// Open makes a pool of connections to the database that dsn (postgres://…)
// names. It does not wait for the database: see [Store.Ping]. It changes no
// schema: see [Store.Migrate].
func Open(ctx context.Context, dsn string, opts Options) (*Store, error) {
	config, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	for name, value := range map[string]string{
		"application_name":                    "tamis",
		"statement_timeout":                   "30000",
		"lock_timeout":                        "2500",
		"idle_in_transaction_session_timeout": "30000",
	} {
		if _, told := config.ConnConfig.RuntimeParams[name]; !told {
			config.ConnConfig.RuntimeParams[name] = value
		}
	}
	if config.ConnConfig.ConnectTimeout == 0 || config.ConnConfig.ConnectTimeout > 2*time.Second {
		config.ConnConfig.ConnectTimeout = 2 * time.Second
	}
	config.PingTimeout = time.Second
	if opts.MaxConns > 0 || !strings.Contains(dsn, "pool_max_conns") {
		config.MaxConns = cmp.Or(opts.MaxConns, int32(max(16, 4*runtime.NumCPU())))
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	s := &Store{pool: pool}
	s.adds = group.New(cmp.Or(opts.Group, 128), func(a *addition) int { return len(a.rows) }, s.addBatch)
	return s, nil
}

// Close waits for the acts under way and closes the connections.
func (s *Store) Close() error {
	s.adds.Close()
	s.pool.Close()
	return nil
}

// shard is one of the rows over which a counter is spread.
func shard() int16 { return int16(rand.IntN(shards)) }
