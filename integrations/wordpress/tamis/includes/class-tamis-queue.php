<?php
/**
 * What is asked and told again.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

/**
 * Empties, by WP-Cron, what the service could not be told: comments without a
 * verdict, decisions, erasures.
 */
final class Tamis_Queue {

	const HOOK = 'tamis_queue';

	/**
	 * How many comments one run takes.
	 */
	const BATCH = 50;

	/**
	 * Listens.
	 */
	public static function init() {
		add_action( self::HOOK, array( __CLASS__, 'run' ) );
		add_filter(
			'cron_schedules',
			static function ( $schedules ) {
				$schedules['tamis'] = array(
					'interval' => 5 * MINUTE_IN_SECONDS,
					'display'  => __( 'Every five minutes (Tamis)', 'tamis' ),
				);
				return $schedules;
			}
		);
		// A site that was restored or cloned may have lost it.
		add_action(
			'admin_init',
			static function () {
				if ( ! wp_next_scheduled( self::HOOK ) ) {
					self::activate();
				}
			}
		);
	}

	/**
	 * Starts the clock.
	 */
	public static function activate() {
		if ( ! wp_next_scheduled( self::HOOK ) ) {
			wp_schedule_event( time() + 5 * MINUTE_IN_SECONDS, 'tamis', self::HOOK );
		}
	}

	/**
	 * Stops the clock.
	 */
	public static function deactivate() {
		wp_clear_scheduled_hook( self::HOOK );
		wp_clear_scheduled_hook( self::HOOK, array( 'soon' ) );
	}

	/**
	 * Has the queue run in a minute.
	 */
	public static function soon() {
		if ( ! wp_next_scheduled( self::HOOK, array( 'soon' ) ) ) {
			wp_schedule_single_event( time() + MINUTE_IN_SECONDS, self::HOOK, array( 'soon' ) );
		}
	}

	/**
	 * Remembers what the service has to erase.
	 *
	 * @param string $id The service's id of the comment.
	 */
	public static function erase( $id ) {
		$ids   = (array) get_option( 'tamis_erase', array() );
		$ids[] = $id;
		update_option( 'tamis_erase', array_values( array_unique( $ids ) ), false );
		self::soon();
	}

	/**
	 * How many comments wait for a verdict.
	 *
	 * @return int
	 */
	public static function waiting() {
		return (int) get_comments(
			array(
				'count'      => true,
				'status'     => 'any',
				'meta_key'   => '_tamis_status', // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key -- an indexed key, and few of them.
				'meta_value' => 'waiting', // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_value
			)
		);
	}

	/**
	 * Goes through all that is to be said.
	 */
	public static function run() {
		if ( ! Tamis_Options::is_ready() ) {
			return;
		}
		self::each( self::comments( '_tamis_status', 'waiting' ), array( 'Tamis_Comments', 'judge' ) )
		&& self::each(
			self::comments( '_tamis_decision' ),
			static function ( $comment ) {
				return Tamis_Comments::report( (int) $comment->comment_ID );
			}
		)
		&& self::each(
			(array) get_option( 'tamis_erase', array() ),
			static function ( $id ) {
				return self::erase_now( $id );
			}
		);
	}

	/**
	 * Does something with each. One that fails does not stop those behind it, but
	 * three in a row tell that nobody answers.
	 *
	 * @param array    $items What to go through.
	 * @param callable $act   Gives a WP_Error to be tried again in a later run.
	 * @return bool Whether there is sense in going on.
	 */
	private static function each( array $items, callable $act ) {
		$failures = 0;
		foreach ( $items as $item ) {
			delete_transient( 'tamis_away' ); // This asks in nobody's time.
			$failures = is_wp_error( $act( $item ) ) ? $failures + 1 : 0;
			if ( $failures >= 3 ) {
				return false;
			}
		}
		return true;
	}

	/**
	 * Has the service erase a comment.
	 *
	 * @param string $id The service's id of the comment.
	 * @return true|WP_Error
	 */
	private static function erase_now( $id ) {
		$answer = Tamis_Client::erase( $id );
		if ( is_wp_error( $answer ) ) {
			self::soon();
			return $answer;
		}
		// Read anew: a comment may have been deleted meanwhile.
		update_option( 'tamis_erase', array_values( array_diff( (array) get_option( 'tamis_erase', array() ), array( $id ) ) ), false );
		return true;
	}

	/**
	 * Comments that carry a mark, oldest first, wherever they stand.
	 *
	 * @param string $key   The meta key.
	 * @param string $value The meta value; empty for any.
	 * @return WP_Comment[]
	 */
	private static function comments( $key, $value = '' ) {
		$query = array(
			'status'   => array( 'hold', 'approve', 'spam', 'trash' ),
			'orderby'  => 'comment_ID',
			'order'    => 'ASC',
			'number'   => self::BATCH,
			'meta_key' => $key, // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_key
		);
		if ( '' !== $value ) {
			$query['meta_value'] = $value; // phpcs:ignore WordPress.DB.SlowDBQuery.slow_db_query_meta_value
		}
		return get_comments( $query );
	}
}
