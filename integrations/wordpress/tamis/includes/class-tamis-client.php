<?php
/**
 * What is said to the service over HTTP.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

/**
 * Calls the service's /v1 API.
 *
 * An answer is array( 'status' => int, 'body' => array ). A WP_Error means that
 * the question should be put again later: the service is away, busy, or does
 * not accept the key.
 */
final class Tamis_Client {

	/**
	 * How long nobody is made to wait for a service that did not answer.
	 */
	const PAUSE = 60;

	/**
	 * Submits a comment; waits for the verdict for as long as the settings say.
	 *
	 * @param array $comment The comment as POST /v1/comments takes it.
	 * @return array|WP_Error
	 */
	public static function submit( array $comment ) {
		$wait = (int) Tamis_Options::get( 'wait' );
		return self::call( 'POST', '/v1/comments', $comment, $wait );
	}

	/**
	 * Tells what a moderator decided.
	 *
	 * @param string $id       The service's id of the comment.
	 * @param string $decision One of approve, reject, spam, escalate.
	 * @return array|WP_Error
	 */
	public static function decide( $id, $decision ) {
		return self::call( 'POST', '/v1/comments/' . rawurlencode( $id ) . '/decision', array( 'decision' => $decision ) );
	}

	/**
	 * Erases a comment's text and personal fields.
	 *
	 * @param string $id The service's id of the comment.
	 * @return array|WP_Error
	 */
	public static function erase( $id ) {
		return self::call( 'DELETE', '/v1/comments/' . rawurlencode( $id ) );
	}

	/**
	 * Has a harmless text judged, which keeps nothing: does address and key work?
	 *
	 * @return array|WP_Error
	 */
	public static function check() {
		delete_transient( 'tamis_away' );
		return self::call( 'POST', '/v1/check', array( 'text' => 'Bonjour' ) );
	}

	/**
	 * Makes one call.
	 *
	 * @param string     $method The HTTP method.
	 * @param string     $path   The path, from /v1 on.
	 * @param array|null $body   What is sent as JSON.
	 * @param int        $wait   Seconds that the service may hold its answer back.
	 * @return array|WP_Error
	 */
	private static function call( $method, $path, $body = null, $wait = 0 ) {
		if ( ! Tamis_Options::is_ready() ) {
			return new WP_Error( 'tamis_settings', __( 'Tamis has no address or no key yet.', 'tamis' ) );
		}
		// A visitor must not wait for a service that is known to be away.
		if ( get_transient( 'tamis_away' ) ) {
			return new WP_Error( 'tamis_away', __( 'Tamis did not answer a moment ago.', 'tamis' ) );
		}
		$headers = array(
			'Authorization' => 'Bearer ' . Tamis_Options::get( 'key' ),
			'Accept'        => 'application/json',
			'User-Agent'    => 'WordPress/' . get_bloginfo( 'version' ) . ' | Tamis/' . TAMIS_VERSION,
		);
		$args    = array(
			'method'              => $method,
			'timeout'             => $wait + 3,
			'redirection'         => 0,
			'limit_response_size' => MB_IN_BYTES,
		);
		if ( null !== $body ) {
			$headers['Content-Type'] = 'application/json';
			$args['body']            = wp_json_encode( $body );
		}
		if ( $wait > 0 ) {
			$headers['Prefer'] = 'wait=' . $wait;
		}
		$args['headers'] = $headers;
		// Not wp_safe_remote_request: the service often lives on this machine.
		$response = wp_remote_request( untrailingslashit( Tamis_Options::get( 'address' ) ) . $path, $args );
		return self::answer( $response );
	}

	/**
	 * Reads what came back.
	 *
	 * @param array|WP_Error $response What the HTTP API gave.
	 * @return array|WP_Error
	 */
	private static function answer( $response ) {
		if ( is_wp_error( $response ) ) {
			set_transient( 'tamis_away', 1, self::PAUSE );
			return self::fault( $response );
		}
		$status = (int) wp_remote_retrieve_response_code( $response );
		$body   = json_decode( wp_remote_retrieve_body( $response ), true );
		$body   = is_array( $body ) ? $body : array();
		if ( 401 === $status || 403 === $status ) {
			/* translators: %d: an HTTP status. */
			return self::fault( new WP_Error( 'tamis_key', sprintf( __( 'Tamis does not accept the key (%d): it is wrong, was revoked, or lacks the scopes submit and review.', 'tamis' ), $status ) ) );
		}
		if ( $status < 200 || $status >= 500 || 408 === $status || 425 === $status || 429 === $status || ( $status >= 300 && $status < 400 ) ) {
			if ( $status >= 500 ) {
				set_transient( 'tamis_away', 1, self::PAUSE );
			}
			/* translators: %d: an HTTP status. */
			return self::fault( new WP_Error( 'tamis_busy', sprintf( __( 'Tamis answered %d.', 'tamis' ), $status ) ) );
		}
		if ( $status < 300 && 204 !== $status && ! $body ) {
			// A 200 of something else, such as a hoster's error page.
			return self::fault( new WP_Error( 'tamis_stranger', __( 'What answers at this address is not Tamis.', 'tamis' ) ) );
		}
		if ( get_option( 'tamis_fault' ) ) {
			delete_option( 'tamis_fault' );
		}
		return array(
			'status' => $status,
			'body'   => $body,
		);
	}

	/**
	 * Keeps a fault for the administrator's eyes.
	 *
	 * @param WP_Error $error The fault.
	 * @return WP_Error
	 */
	private static function fault( WP_Error $error ) {
		update_option(
			'tamis_fault',
			array(
				'message' => $error->get_error_message(),
				'at'      => time(),
			),
			false
		);
		return $error;
	}
}
