<?php
/**
 * The way of a comment.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

/**
 * Holds a new comment, asks for its verdict, applies what stands, and tells the
 * service what moderators decide.
 *
 * What is kept of a comment, as comment meta:
 *   _tamis_id         the service's id
 *   _tamis_status     waiting, approved, held, rejected, or refused (not to be judged)
 *   _tamis_revision   of two announcements, that of the higher revision counts
 *   _tamis_core       1 when WordPress itself would have published
 *   _tamis_reasons    the verdict's reasons, in words
 *   _tamis_decision   a moderator's decision that the service has not heard of
 *   _tamis_decided_at when the service heard of the last
 */
final class Tamis_Comments {

	/**
	 * What WordPress itself would do with the comment about to be inserted; null
	 * when it is not ours to judge.
	 *
	 * @var string|null
	 */
	private static $core = null;

	/**
	 * True while a verdict is applied, which is no moderator's decision.
	 *
	 * @var bool
	 */
	private static $applying = false;

	/**
	 * Listens.
	 */
	public static function init() {
		add_filter( 'pre_comment_approved', array( __CLASS__, 'hold' ), 90, 2 );
		// Not comment_post: comments of the REST API don't pass there. It also runs
		// before the mails, which then tell of the comment as it was judged.
		add_action( 'wp_insert_comment', array( __CLASS__, 'inserted' ), 1, 2 );
		add_action( 'transition_comment_status', array( __CLASS__, 'decided' ), 10, 3 );
		add_action( 'delete_comment', array( __CLASS__, 'deleted' ) );
	}

	/**
	 * Holds what would be published until there is a verdict.
	 *
	 * @param int|string|WP_Error $approved What WordPress and other plugins say.
	 * @param array               $data     The comment.
	 * @return int|string|WP_Error
	 */
	public static function hold( $approved, $data ) {
		self::$core = null;
		if ( is_wp_error( $approved ) || ! in_array( (string) $approved, array( '0', '1' ), true ) || ! Tamis_Options::is_ready() ) {
			return $approved;
		}
		$author = isset( $data['user_id'] ) ? (int) $data['user_id'] : 0;
		$judge  = ! ( $author && user_can( $author, 'moderate_comments' ) );
		/**
		 * Whether a comment is sent to Tamis. Those of moderators are not.
		 *
		 * @param bool  $judge Whether it is.
		 * @param array $data  The comment.
		 */
		if ( ! apply_filters( 'tamis_judge_comment', $judge, $data ) ) {
			return $approved;
		}
		self::$core = (string) $approved;
		return 0;
	}

	/**
	 * Asks for the verdict on what was inserted.
	 *
	 * @param int        $id      The comment's id.
	 * @param WP_Comment $comment The comment.
	 */
	public static function inserted( $id, $comment ) {
		if ( null === self::$core ) {
			return;
		}
		$core       = self::$core;
		self::$core = null;
		// Kept before anything is asked: should this request end here, the queue
		// finds the comment.
		update_comment_meta( $id, '_tamis_core', $core );
		update_comment_meta( $id, '_tamis_status', 'waiting' );
		self::judge( $comment );
	}

	/**
	 * Submits a comment and applies the verdict. The same comment may be
	 * submitted again: the service knows it by its external id.
	 *
	 * @param WP_Comment $comment The comment.
	 * @return true|WP_Error An error when it has to be asked again.
	 */
	public static function judge( WP_Comment $comment ) {
		$id     = (int) $comment->comment_ID;
		$answer = Tamis_Client::submit( self::shape( $comment ) );
		if ( is_wp_error( $answer ) ) {
			Tamis_Queue::soon();
			return $answer;
		}
		$body = $answer['body'];
		if ( $answer['status'] >= 300 || empty( $body['id'] ) || ! is_string( $body['id'] ) ) {
			// The service will never judge this one (too long, say): a person must.
			update_comment_meta( $id, '_tamis_status', 'refused' );
			update_comment_meta( $id, '_tamis_reasons', self::problem( $body ) );
			return true;
		}
		update_comment_meta( $id, '_tamis_id', $body['id'] );
		if ( ! isset( $body['status'], $body['revision'] ) || 'pending' === $body['status'] ) {
			Tamis_Queue::soon();
			return true;
		}
		$verdict = isset( $body['verdict'] ) && is_array( $body['verdict'] ) ? $body['verdict'] : array();
		update_comment_meta( $id, '_tamis_reasons', self::reasons( $verdict ) );
		self::apply(
			$comment,
			array(
				'status'   => $body['status'],
				'labels'   => isset( $verdict['labels'] ) ? (array) $verdict['labels'] : array(),
				'revision' => (int) $body['revision'],
				'person'   => ! empty( $body['decision'] ),
			)
		);
		return true;
	}

	/**
	 * Gives a comment the place that its status in the service asks for.
	 *
	 * @param WP_Comment $comment The comment.
	 * @param array      $news    status, labels, revision, and person: whether a
	 *                            person decided.
	 * @return bool Whether the news was news.
	 */
	public static function apply( WP_Comment $comment, array $news ) {
		$id = (int) $comment->comment_ID;
		if ( ! in_array( $news['status'], array( 'approved', 'held', 'rejected' ), true ) ) {
			return false;
		}
		$known = get_comment_meta( $id, '_tamis_revision', true );
		if ( '' !== $known && $news['revision'] <= (int) $known ) {
			return false;
		}
		update_comment_meta( $id, '_tamis_revision', $news['revision'] );
		update_comment_meta( $id, '_tamis_status', $news['status'] );
		if ( get_comment_meta( $id, '_tamis_decision', true ) ) {
			return false; // A moderator here has spoken already; the service will hear of it.
		}
		$now  = wp_get_comment_status( $comment );
		$then = self::place( $comment, $news );
		if ( $now === $then || 'trash' === $now || false === $now ) {
			return true;
		}
		$words          = array(
			'approved'   => 'approve',
			'unapproved' => 'hold',
			'spam'       => 'spam',
			'trash'      => 'trash',
		);
		self::$applying = true;
		wp_set_comment_status( $id, $words[ $then ] );
		self::$applying = false;
		return true;
	}

	/**
	 * The place that a status means, in the words of wp_get_comment_status().
	 *
	 * @param WP_Comment $comment The comment.
	 * @param array      $news    See apply().
	 * @return string
	 */
	private static function place( WP_Comment $comment, array $news ) {
		switch ( $news['status'] ) {
			case 'approved':
				// The machine does not overrule a site that moderates everything; a person does.
				$core = get_comment_meta( (int) $comment->comment_ID, '_tamis_core', true );
				return $news['person'] || '0' !== $core ? 'approved' : 'unapproved';
			case 'rejected':
				if ( in_array( 'spam', $news['labels'], true ) ) {
					return 'spam';
				}
				$rejected = Tamis_Options::get( 'rejected' );
				return 'hold' === $rejected ? 'unapproved' : $rejected;
			default:
				return 'unapproved';
		}
	}

	/**
	 * Hears of a moderator's decision.
	 *
	 * @param string     $new_status The status after.
	 * @param string     $old_status The status before.
	 * @param WP_Comment $comment    The comment.
	 */
	public static function decided( $new_status, $old_status, $comment ) {
		$id = (int) $comment->comment_ID;
		if ( self::$applying || $new_status === $old_status || ! get_comment_meta( $id, '_tamis_status', true ) ) {
			return;
		}
		// What cron or another plugin does by itself teaches nothing.
		if ( ! current_user_can( 'moderate_comments' ) && ! current_user_can( 'edit_comment', $id ) ) {
			return;
		}
		$decision = self::decision( $new_status, $old_status );
		if ( '' === $decision ) {
			return;
		}
		update_comment_meta( $id, '_tamis_decision', $decision );
		self::report( $id );
	}

	/**
	 * What a change of status says to the service; empty for nothing.
	 *
	 * @param string $new_status The status after.
	 * @param string $old_status The status before.
	 * @return string
	 */
	private static function decision( $new_status, $old_status ) {
		switch ( $new_status ) {
			case 'approved':
				return 'approve';
			case 'spam':
				return 'spam';
			case 'unapproved':
				return 'trash' === $old_status ? '' : 'escalate';
			case 'trash':
				// To throw away what waited is to turn it down. What was published may be
				// taken away for many reasons, and from the spam folder for none.
				return 'unapproved' === $old_status ? 'reject' : '';
			default:
				return '';
		}
	}

	/**
	 * Tells the service of a decision that it has not heard of.
	 *
	 * @param int $id The comment's id.
	 * @return true|WP_Error An error when it has to be told again.
	 */
	public static function report( $id ) {
		$decision = get_comment_meta( $id, '_tamis_decision', true );
		$theirs   = get_comment_meta( $id, '_tamis_id', true );
		if ( ! $decision ) {
			return true;
		}
		if ( ! $theirs ) {
			Tamis_Queue::soon(); // The service has yet to see the comment.
			return true;
		}
		$answer = Tamis_Client::decide( $theirs, $decision );
		if ( is_wp_error( $answer ) ) {
			Tamis_Queue::soon();
			return $answer;
		}
		// Whatever else it answers stays so: a comment that was erased, say.
		if ( isset( $answer['body']['at'] ) ) {
			update_comment_meta( $id, '_tamis_decided_at', $answer['body']['at'] );
		}
		delete_comment_meta( $id, '_tamis_decision', $decision );
		return true;
	}

	/**
	 * Has the service forget what is deleted here for good.
	 *
	 * @param int $id The comment's id.
	 */
	public static function deleted( $id ) {
		$theirs = get_comment_meta( $id, '_tamis_id', true );
		if ( $theirs ) {
			Tamis_Queue::erase( $theirs );
		}
	}

	/**
	 * The id by which the service knows a comment of this site. The site's address
	 * is part of it, so that a copy of the site speaks of comments of its own.
	 *
	 * @param int $id The comment's id.
	 * @return string
	 */
	public static function external_id( $id ) {
		return 'wordpress:' . preg_replace( '#^https?://#', '', untrailingslashit( home_url() ) ) . ':' . $id;
	}

	/**
	 * The comment as POST /v1/comments takes it.
	 *
	 * @param WP_Comment $comment The comment.
	 * @return array
	 */
	private static function shape( WP_Comment $comment ) {
		$post   = get_post( (int) $comment->comment_post_ID );
		$user   = $comment->user_id ? get_userdata( (int) $comment->user_id ) : false;
		$parent = $comment->comment_parent ? get_comment( (int) $comment->comment_parent ) : null;
		$shape  = array(
			'external_id' => self::external_id( (int) $comment->comment_ID ),
			'text'        => self::plain( $comment->comment_content ),
			'type'        => $comment->comment_type ? $comment->comment_type : 'comment',
			'author'      => array(
				'id'         => $comment->user_id ? (string) $comment->user_id : '',
				'name'       => self::cut( self::plain( $comment->comment_author ), 500 ),
				'email'      => self::cut( $comment->comment_author_email, 500 ),
				'url'        => self::cut( $comment->comment_author_url, 2000 ),
				'ip'         => $comment->comment_author_IP,
				'user_agent' => self::cut( $comment->comment_agent, 2000 ),
				'role'       => $user ? implode( ',', (array) $user->roles ) : '',
			),
			'context'     => array(
				'url'         => $post ? (string) get_permalink( $post ) : '',
				'title'       => $post ? self::cut( self::plain( $post->post_title ), 2000 ) : '',
				'thread_id'   => (string) $comment->comment_post_ID,
				'parent_id'   => $parent ? self::external_id( (int) $parent->comment_ID ) : '',
				'parent_text' => $parent ? self::cut( self::plain( $parent->comment_content ), 4000 ) : '',
			),
			'posted_at'   => mysql2date( 'Y-m-d\TH:i:s\Z', $comment->comment_date_gmt, false ),
		);
		/**
		 * What is sent of a comment.
		 *
		 * @param array      $shape   As POST /v1/comments takes it.
		 * @param WP_Comment $comment The comment.
		 */
		return apply_filters( 'tamis_comment', $shape, $comment );
	}

	/**
	 * Text as the visitor wrote it, without the entities of the database.
	 *
	 * @param string $text The text.
	 * @return string
	 */
	private static function plain( $text ) {
		return html_entity_decode( (string) $text, ENT_QUOTES | ENT_HTML5, 'UTF-8' );
	}

	/**
	 * At most so many bytes, whole characters.
	 *
	 * @param string $text  The text.
	 * @param int    $bytes How many.
	 * @return string
	 */
	private static function cut( $text, $bytes ) {
		$text = (string) $text;
		return strlen( $text ) <= $bytes ? $text : wp_check_invalid_utf8( substr( $text, 0, $bytes ), true );
	}

	/**
	 * A verdict's reasons in words.
	 *
	 * @param array $verdict The verdict.
	 * @return string
	 */
	private static function reasons( array $verdict ) {
		$words = array();
		foreach ( isset( $verdict['reasons'] ) ? (array) $verdict['reasons'] : array() as $reason ) {
			if ( isset( $reason['text'] ) && empty( $reason['shadow'] ) ) {
				$words[] = sanitize_text_field( $reason['text'] );
			}
		}
		return implode( "\n", $words );
	}

	/**
	 * What a problem document says.
	 *
	 * @param array $body The document.
	 * @return string
	 */
	private static function problem( array $body ) {
		$words = array();
		foreach ( isset( $body['errors'] ) ? (array) $body['errors'] : array() as $error ) {
			if ( isset( $error['field'], $error['detail'] ) ) {
				$words[] = sanitize_text_field( $error['field'] . ' ' . $error['detail'] );
			}
		}
		if ( ! $words && isset( $body['detail'] ) ) {
			$words[] = sanitize_text_field( $body['detail'] );
		}
		return implode( "\n", $words );
	}
}
