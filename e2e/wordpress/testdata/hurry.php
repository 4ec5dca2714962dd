<?php
// Time passes for WP-Cron: what is planned under the hook is due.
require getenv( 'TEST_ROOT' ) . '/wp-config.php';
$moved = array();
foreach ( _get_cron_array() as $at => $hooks ) {
	foreach ( $hooks as $hook => $events ) {
		$then                    = in_array( $hook, array_slice( $argv, 1 ), true ) ? min( $at, time() - 5 ) : $at;
		$moved[ $then ][ $hook ] = array_merge( $moved[ $then ][ $hook ] ?? array(), $events );
	}
}
ksort( $moved );
_set_cron_array( $moved );
