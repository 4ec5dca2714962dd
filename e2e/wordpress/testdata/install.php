<?php
define( 'WP_INSTALLING', true );
require getenv( 'TEST_ROOT' ) . '/wp-config.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';
require_once ABSPATH . 'wp-admin/includes/plugin.php';
wp_install( 'Le blog', 'admin', 'admin@example.org', true, '', 'admin-password' );
update_option( 'comment_previously_approved', '' ); // WordPress itself would publish everything
update_option( 'comment_max_links', 100 );
update_option( 'disallowed_keys', '' );
$failed = activate_plugin( getenv( 'TEST_PLUGIN' ) );
if ( is_wp_error( $failed ) ) {
	fwrite( STDERR, $failed->get_error_message() );
	exit( 1 );
}
