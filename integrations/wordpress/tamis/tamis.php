<?php
/**
 * Plugin Name:       Tamis
 * Description:       Comments are judged by your own Tamis service: published, held for a moderator, or filed as spam. Nothing goes to a third party.
 * Version:           0.1.0
 * Requires at least: 5.9
 * Requires PHP:      7.4
 * Author:            The Tamis authors
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       tamis
 * Domain Path:       /languages
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

define( 'TAMIS_VERSION', '0.1.0' );
define( 'TAMIS_FILE', __FILE__ );

require_once __DIR__ . '/includes/class-tamis-options.php';
require_once __DIR__ . '/includes/class-tamis-client.php';
require_once __DIR__ . '/includes/class-tamis-comments.php';
require_once __DIR__ . '/includes/class-tamis-queue.php';
require_once __DIR__ . '/includes/class-tamis-webhook.php';
require_once __DIR__ . '/includes/class-tamis-admin.php';

Tamis_Comments::init();
Tamis_Queue::init();
Tamis_Webhook::init();
if ( is_admin() ) {
	Tamis_Admin::init();
}

register_activation_hook( __FILE__, array( 'Tamis_Queue', 'activate' ) );
register_deactivation_hook( __FILE__, array( 'Tamis_Queue', 'deactivate' ) );

add_action(
	'init',
	static function () {
		load_plugin_textdomain( 'tamis', false, dirname( plugin_basename( TAMIS_FILE ) ) . '/languages' );
	}
);

// One French for every French-speaking country.
add_filter(
	'plugin_locale',
	static function ( $locale, $domain ) {
		return 'tamis' === $domain && 0 === strpos( $locale, 'fr' ) ? 'fr_FR' : $locale;
	},
	10,
	2
);
