<?php
/**
 * What the service tells.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

/**
 * Takes in events signed after Standard Webhooks 1.0.0.
 */
final class Tamis_Webhook {

	/**
	 * Seconds by which a signature's time may differ from ours.
	 */
	const TOLERANCE = 300;

	/**
	 * Listens.
	 */
	public static function init() {
		add_action(
			'rest_api_init',
			static function () {
				register_rest_route(
					'tamis/v1',
					'/webhook',
					array(
						'methods'             => 'POST',
						'callback'            => array( __CLASS__, 'receive' ),
						'permission_callback' => array( __CLASS__, 'permit' ),
					)
				);
			}
		);
	}

	/**
	 * Lets in what carries our secret's signature.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return true|WP_Error
	 */
	public static function permit( WP_REST_Request $request ) {
		$id        = (string) $request->get_header( 'webhook-id' );
		$timestamp = (string) $request->get_header( 'webhook-timestamp' );
		$refusal   = new WP_Error( 'tamis_signature', __( 'The signature is missing, wrong or too old.', 'tamis' ), array( 'status' => 401 ) );
		if ( '' === $id || ! ctype_digit( $timestamp ) || abs( time() - (int) $timestamp ) > self::TOLERANCE ) {
			return $refusal;
		}
		$key = self::key();
		if ( '' === $key ) {
			return $refusal;
		}
		$signed = base64_encode( hash_hmac( 'sha256', $id . '.' . $timestamp . '.' . $request->get_body(), $key, true ) ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_encode -- the standard's form.
		foreach ( explode( ' ', (string) $request->get_header( 'webhook-signature' ) ) as $signature ) {
			if ( hash_equals( 'v1,' . $signed, $signature ) ) {
				return true;
			}
		}
		return $refusal;
	}

	/**
	 * The bytes of the secret; empty when there is none.
	 *
	 * @return string
	 */
	private static function key() {
		$secret = (string) Tamis_Options::get( 'secret' );
		if ( 0 !== strpos( $secret, 'whsec_' ) ) {
			return '';
		}
		return (string) base64_decode( substr( $secret, 6 ), true ); // phpcs:ignore WordPress.PHP.DiscouragedPHPFunctions.obfuscation_base64_decode -- the standard's form.
	}

	/**
	 * Applies what changed. What is not about a comment of ours is no fault: the
	 * service would only tell it again.
	 *
	 * @param WP_REST_Request $request The request.
	 * @return WP_REST_Response
	 */
	public static function receive( WP_REST_Request $request ) {
		$event   = json_decode( $request->get_body(), true );
		$about   = is_array( $event ) && isset( $event['comment'] ) && is_array( $event['comment'] ) ? $event['comment'] : array();
		$comment = self::comment( $about );
		$applied = false;
		if ( $comment && isset( $about['status'], $about['revision'] ) && ! self::is_overtaken( $comment, $event ) ) {
			if ( isset( $about['id'] ) && is_string( $about['id'] ) ) {
				update_comment_meta( (int) $comment->comment_ID, '_tamis_id', $about['id'] );
			}
			$applied = Tamis_Comments::apply(
				$comment,
				array(
					'status'   => (string) $about['status'],
					'labels'   => isset( $about['labels'] ) ? (array) $about['labels'] : array(),
					'revision' => (int) $about['revision'],
					'person'   => isset( $event['type'] ) && 'comment.decided' === $event['type'],
				)
			);
		}
		return new WP_REST_Response( array( 'applied' => $applied ), 200 );
	}

	/**
	 * The comment that an event is about.
	 *
	 * @param array $about The event's comment.
	 * @return WP_Comment|null
	 */
	private static function comment( array $about ) {
		$theirs = isset( $about['external_id'] ) ? (string) $about['external_id'] : '';
		if ( ! preg_match( '/:(\d+)$/', $theirs, $found ) || Tamis_Comments::external_id( (int) $found[1] ) !== $theirs ) {
			return null;
		}
		$comment = get_comment( (int) $found[1] );
		return $comment && get_comment_meta( (int) $found[1], '_tamis_status', true ) ? $comment : null;
	}

	/**
	 * Whether a moderator here has decided since: events may come late.
	 *
	 * @param WP_Comment $comment The comment.
	 * @param array      $event   The event.
	 * @return bool
	 */
	private static function is_overtaken( WP_Comment $comment, array $event ) {
		$decided = date_create_immutable( (string) get_comment_meta( (int) $comment->comment_ID, '_tamis_decided_at', true ) );
		$told    = isset( $event['at'] ) ? date_create_immutable( (string) $event['at'] ) : false;
		return get_comment_meta( (int) $comment->comment_ID, '_tamis_decided_at', true ) && $decided && $told && $told < $decided;
	}
}
