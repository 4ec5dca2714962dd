<?php
/**
 * Plugin Name: Akismet to Tamis
 * Description: Sends what the Akismet plugin asks to your own Tamis service instead. Needs TAMIS_ADDRESS in wp-config.php; the key is Akismet's own setting.
 * Version:     0.1.0
 * License:     Apache-2.0
 *
 * Copy this one file to wp-content/mu-plugins/.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

add_filter( 'pre_http_request', 'tamis_instead_of_akismet', 10, 3 );

/**
 * Answers a request to Akismet with what Tamis says.
 *
 * @param false|array|WP_Error $answer False when nobody has answered yet.
 * @param array                $args   The request.
 * @param string               $url    Where it was to go.
 * @return false|array|WP_Error
 */
function tamis_instead_of_akismet( $answer, $args, $url ) {
	$host = strtolower( (string) wp_parse_url( $url, PHP_URL_HOST ) );
	if ( ! preg_match( '/^(?:([a-z0-9]{12})\.)?rest\.akismet\.com$/', $host, $found ) ) {
		return $answer;
	}
	if ( ! defined( 'TAMIS_ADDRESS' ) || '' === (string) TAMIS_ADDRESS ) {
		// Not let through: who installs this wants no comment to leave the house.
		return new WP_Error( 'tamis_address', 'akismet-to-tamis: TAMIS_ADDRESS is not set in wp-config.php' );
	}
	// Older versions of the plugin send the key as the host's first label.
	$target = untrailingslashit( TAMIS_ADDRESS ) . ( isset( $found[1] ) ? '/k/' . $found[1] : '' ) . wp_parse_url( $url, PHP_URL_PATH );
	$query  = wp_parse_url( $url, PHP_URL_QUERY );
	if ( is_array( $args['headers'] ) ) {
		unset( $args['headers']['Host'], $args['headers']['host'] );
	}
	return wp_remote_request( $query ? $target . '?' . $query : $target, $args );
}
