<?php
/**
 * Settings, wherever they stand.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

/**
 * Reads the settings: constants of wp-config.php first, then the settings page.
 */
final class Tamis_Options {

	const NAME = 'tamis';

	const DEFAULTS = array(
		'address'  => '',
		'key'      => '',
		'secret'   => '',
		'wait'     => 4,
		'rejected' => 'spam',
	);

	/**
	 * The settings that wp-config.php may fix, and by which constant.
	 */
	const CONSTANTS = array(
		'address' => 'TAMIS_ADDRESS',
		'key'     => 'TAMIS_KEY',
		'secret'  => 'TAMIS_WEBHOOK_SECRET',
	);

	/**
	 * One setting.
	 *
	 * @param string $name Its name.
	 * @return string|int
	 */
	public static function get( $name ) {
		if ( self::is_fixed( $name ) ) {
			return (string) constant( self::CONSTANTS[ $name ] );
		}
		$kept = get_option( self::NAME );
		return is_array( $kept ) && isset( $kept[ $name ] ) ? $kept[ $name ] : self::DEFAULTS[ $name ];
	}

	/**
	 * Whether wp-config.php fixes a setting.
	 *
	 * @param string $name The setting's name.
	 * @return bool
	 */
	public static function is_fixed( $name ) {
		return isset( self::CONSTANTS[ $name ] ) && defined( self::CONSTANTS[ $name ] ) && '' !== (string) constant( self::CONSTANTS[ $name ] );
	}

	/**
	 * Whether there is a service to ask.
	 *
	 * @return bool
	 */
	public static function is_ready() {
		return '' !== self::get( 'address' ) && '' !== self::get( 'key' );
	}
}
