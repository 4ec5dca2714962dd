<?php
/**
 * Removes what the plugin kept. The comments stay as they are.
 *
 * @package Tamis
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'tamis' );
delete_option( 'tamis_erase' );
delete_option( 'tamis_fault' );
delete_transient( 'tamis_away' );
foreach ( array( 'id', 'status', 'revision', 'core', 'reasons', 'decision', 'decided_at' ) as $name ) {
	delete_metadata( 'comment', 0, '_tamis_' . $name, '', true );
}
