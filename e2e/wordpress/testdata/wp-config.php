<?php
// Several sites share these files: what differs is in the environment.
$table_prefix = 'wp_';
define( 'DB_NAME', getenv( 'TEST_DB' ) );
define( 'DB_USER', 'wordpress' );
define( 'DB_PASSWORD', 'wordpress' );
define( 'DB_HOST', getenv( 'TEST_DB_HOST' ) );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'WP_HOME', getenv( 'TEST_HOME' ) );
define( 'WP_SITEURL', getenv( 'TEST_HOME' ) );
define( 'WPMU_PLUGIN_DIR', getenv( 'TEST_MU' ) );
define( 'WP_DEBUG', true );
define( 'WP_DEBUG_DISPLAY', false );
define( 'WP_DEBUG_LOG', WPMU_PLUGIN_DIR . '/debug.log' );
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true ); // A test asks nobody outside.
define( 'WP_ACCESSIBLE_HOSTS', '127.0.0.1' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ) as $name ) {
	define( $name, 'of this test alone ' . $name );
}
foreach ( array( 'TAMIS_ADDRESS', 'WPCOM_API_KEY' ) as $name ) {
	if ( getenv( $name ) ) {
		define( $name, getenv( $name ) );
	}
}
// As behind a reverse proxy: each visitor has an address.
if ( isset( $_SERVER['HTTP_X_FORWARDED_FOR'] ) ) {
	$_SERVER['REMOTE_ADDR'] = $_SERVER['HTTP_X_FORWARDED_FOR'];
}
if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', __DIR__ . '/' );
}
require_once ABSPATH . 'wp-settings.php';
