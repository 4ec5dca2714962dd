<?php
/**
 * What administrators and moderators see.
 *
 * @package Tamis
 */

defined( 'ABSPATH' ) || exit;

/**
 * The settings page, and the verdict beside each comment.
 */
final class Tamis_Admin {

	const PAGE = 'tamis';

	/**
	 * Listens.
	 */
	public static function init() {
		add_action( 'admin_menu', array( __CLASS__, 'menu' ) );
		add_action( 'admin_init', array( __CLASS__, 'register' ) );
		add_action( 'admin_post_tamis_check', array( __CLASS__, 'check' ) );
		add_action( 'admin_notices', array( __CLASS__, 'notice' ) );
		add_filter( 'plugin_action_links_' . plugin_basename( TAMIS_FILE ), array( __CLASS__, 'links' ) );
		add_filter( 'manage_edit-comments_columns', array( __CLASS__, 'columns' ) );
		add_action( 'manage_comments_custom_column', array( __CLASS__, 'column' ), 10, 2 );
	}

	/**
	 * Puts the page under Settings.
	 */
	public static function menu() {
		add_options_page( __( 'Tamis', 'tamis' ), __( 'Tamis', 'tamis' ), 'manage_options', self::PAGE, array( __CLASS__, 'page' ) );
	}

	/**
	 * Declares the settings.
	 */
	public static function register() {
		register_setting(
			self::PAGE,
			Tamis_Options::NAME,
			array(
				'type'              => 'array',
				'sanitize_callback' => array( __CLASS__, 'sanitize' ),
			)
		);
		add_settings_section( 'service', __( 'The service', 'tamis' ), '__return_null', self::PAGE );
		$fields = array(
			'address'  => __( 'Address of Tamis', 'tamis' ),
			'key'      => __( 'API key', 'tamis' ),
			'secret'   => __( 'Webhook secret', 'tamis' ),
			'wait'     => __( 'Patience', 'tamis' ),
			'rejected' => __( 'Rejected comments', 'tamis' ),
		);
		foreach ( $fields as $name => $title ) {
			add_settings_field( $name, $title, array( __CLASS__, 'field_' . $name ), self::PAGE, 'service', array( 'label_for' => 'tamis-' . $name ) );
		}
		if ( function_exists( 'wp_add_privacy_policy_content' ) ) {
			wp_add_privacy_policy_content(
				'Tamis',
				esc_html__( 'Comments, with the name, e-mail address, IP address and browser of their authors, are judged by a moderation service that this site runs itself. They are not given to third parties, and are erased there when they are deleted here.', 'tamis' )
			);
		}
	}

	/**
	 * Cleans what was sent; a faulty field keeps its value and is named.
	 *
	 * @param mixed $sent What was sent.
	 * @return array
	 */
	public static function sanitize( $sent ) {
		$kept = wp_parse_args( get_option( Tamis_Options::NAME, array() ), Tamis_Options::DEFAULTS );
		$sent = is_array( $sent ) ? $sent : array();
		if ( isset( $sent['address'] ) ) {
			$address = untrailingslashit( trim( (string) $sent['address'] ) );
			if ( '' === $address || ( preg_match( '#^https?://[^/?\#@]+(/[^?\#]*)?$#i', $address ) && esc_url_raw( $address ) === $address ) ) {
				$kept['address'] = $address;
			} else {
				add_settings_error( Tamis_Options::NAME, 'address', __( 'The address of Tamis must look like https://tamis.example.org.', 'tamis' ) );
			}
		}
		// An empty field of a secret leaves it: it is never shown.
		foreach ( array( 'key', 'secret' ) as $name ) {
			$value = isset( $sent[ $name ] ) ? trim( (string) $sent[ $name ] ) : '';
			if ( '' === $value ) {
				continue;
			}
			if ( 'secret' === $name ? preg_match( '#^whsec_[A-Za-z0-9+/=]{32,}$#', $value ) : preg_match( '/^[\x21-\x7e]{12,200}$/', $value ) ) {
				$kept[ $name ] = $value;
			} else {
				add_settings_error( Tamis_Options::NAME, $name, 'key' === $name ? __( 'The API key must be one that “tamis key create” printed.', 'tamis' ) : __( 'The webhook secret must start with whsec_.', 'tamis' ) );
			}
		}
		if ( isset( $sent['wait'] ) ) {
			$kept['wait'] = max( 0, min( 10, (int) $sent['wait'] ) );
		}
		if ( isset( $sent['rejected'] ) && in_array( $sent['rejected'], array( 'spam', 'trash', 'hold' ), true ) ) {
			$kept['rejected'] = $sent['rejected'];
		}
		delete_transient( 'tamis_away' );
		return array_intersect_key( $kept, Tamis_Options::DEFAULTS );
	}

	/**
	 * The address field.
	 */
	public static function field_address() {
		self::input( 'address', 'url', (string) Tamis_Options::get( 'address' ), 'http://127.0.0.1:8080' );
		self::help( __( 'Where “tamis serve” answers. It may be on this machine or on your network.', 'tamis' ) );
	}

	/**
	 * The key field.
	 */
	public static function field_key() {
		self::input( 'key', 'password', '', self::hint( 'key' ) );
		self::help( __( 'Made by:', 'tamis' ), 'tamis key create --site default --scopes submit,review --name WordPress' );
	}

	/**
	 * The secret's field.
	 */
	public static function field_secret() {
		self::input( 'secret', 'password', '', self::hint( 'secret' ) );
		self::help( __( 'With it, what moderators decide in Tamis is applied here. Shown by:', 'tamis' ), 'tamis webhook add --site default ' . escapeshellarg( rest_url( 'tamis/v1/webhook' ) ) );
	}

	/**
	 * The patience field.
	 */
	public static function field_wait() {
		printf(
			'<input type="number" id="tamis-wait" name="%s[wait]" min="0" max="10" class="small-text" value="%d"> %s',
			esc_attr( Tamis_Options::NAME ),
			(int) Tamis_Options::get( 'wait' ),
			esc_html__( 'seconds', 'tamis' )
		);
		self::help( __( 'How long a visitor waits for the verdict, at most. Without one the comment is held, and judged soon after.', 'tamis' ) );
	}

	/**
	 * The field of what becomes of rejected comments.
	 */
	public static function field_rejected() {
		$choices = array(
			'spam'  => __( 'Spam folder', 'tamis' ),
			'trash' => __( 'Trash', 'tamis' ),
			'hold'  => __( 'Held for a moderator', 'tamis' ),
		);
		printf( '<select id="tamis-rejected" name="%s[rejected]">', esc_attr( Tamis_Options::NAME ) );
		foreach ( $choices as $value => $label ) {
			printf( '<option value="%s"%s>%s</option>', esc_attr( $value ), selected( Tamis_Options::get( 'rejected' ), $value, false ), esc_html( $label ) );
		}
		echo '</select>';
		self::help( __( 'For what is rejected as abuse; spam always goes to the spam folder.', 'tamis' ) );
	}

	/**
	 * Prints a text field.
	 *
	 * @param string $name  The setting.
	 * @param string $type  The input's type.
	 * @param string $value What it shows.
	 * @param string $hint  Its placeholder.
	 */
	private static function input( $name, $type, $value, $hint ) {
		$fixed = Tamis_Options::is_fixed( $name );
		printf(
			'<input type="%s" id="tamis-%s" name="%s[%s]" value="%s" placeholder="%s" class="regular-text code" autocomplete="off" spellcheck="false"%s>',
			esc_attr( $type ),
			esc_attr( $name ),
			esc_attr( Tamis_Options::NAME ),
			esc_attr( $name ),
			esc_attr( $value ),
			esc_attr( $hint ),
			disabled( $fixed, true, false )
		);
		if ( $fixed ) {
			/* translators: %s: the name of a PHP constant. */
			self::help( sprintf( __( 'Fixed by %s in wp-config.php.', 'tamis' ), Tamis_Options::CONSTANTS[ $name ] ) );
		}
	}

	/**
	 * What shows that a secret is set.
	 *
	 * @param string $name The setting.
	 * @return string
	 */
	private static function hint( $name ) {
		$value = (string) Tamis_Options::get( $name );
		return '' === $value ? '' : '••••••••' . substr( $value, -4 );
	}

	/**
	 * Prints a line below a field.
	 *
	 * @param string $text The words.
	 * @param string $code A command.
	 */
	private static function help( $text, $code = '' ) {
		echo '<p class="description">' . esc_html( $text );
		if ( '' !== $code ) {
			echo '<br><code>' . esc_html( $code ) . '</code>';
		}
		echo '</p>';
	}

	/**
	 * Prints the page.
	 */
	public static function page() {
		if ( ! current_user_can( 'manage_options' ) ) {
			return;
		}
		?>
		<div class="wrap">
			<h1><?php echo esc_html( get_admin_page_title() ); ?></h1>
			<p><?php esc_html_e( 'New comments are judged by your own Tamis service: published, held for a moderator, or filed as spam. When it is away they are held, and judged once it is back.', 'tamis' ); ?></p>
			<form action="options.php" method="post">
				<?php
				settings_fields( self::PAGE );
				do_settings_sections( self::PAGE );
				submit_button();
				?>
			</form>
			<h2><?php esc_html_e( 'State', 'tamis' ); ?></h2>
			<p><?php echo esc_html( self::state() ); ?></p>
			<form action="<?php echo esc_url( admin_url( 'admin-post.php' ) ); ?>" method="post">
				<input type="hidden" name="action" value="tamis_check">
				<?php
				wp_nonce_field( 'tamis_check' );
				submit_button( __( 'Check the connection and what waits', 'tamis' ), 'secondary', 'submit', false );
				?>
			</form>
		</div>
		<?php
	}

	/**
	 * How things stand.
	 *
	 * @return string
	 */
	private static function state() {
		$waiting = Tamis_Queue::waiting();
		/* translators: %s: a number. */
		$words = sprintf( _n( '%s comment waits for a verdict.', '%s comments wait for a verdict.', $waiting, 'tamis' ), number_format_i18n( $waiting ) );
		$fault = get_option( 'tamis_fault' );
		if ( is_array( $fault ) && isset( $fault['message'], $fault['at'] ) ) {
			/* translators: 1: how long ago, 2: an error. */
			$words .= ' ' . sprintf( __( 'Last fault, %1$s ago: %2$s', 'tamis' ), human_time_diff( (int) $fault['at'] ), $fault['message'] );
		}
		return $words;
	}

	/**
	 * Asks the service for a verdict on nothing, then empties the queue.
	 */
	public static function check() {
		if ( ! current_user_can( 'manage_options' ) ) {
			wp_die( esc_html__( 'You are not allowed to do this.', 'tamis' ), '', array( 'response' => 403 ) );
		}
		check_admin_referer( 'tamis_check' );
		$answer = Tamis_Client::check();
		if ( is_wp_error( $answer ) ) {
			add_settings_error( Tamis_Options::NAME, 'check', $answer->get_error_message() );
		} elseif ( $answer['status'] >= 300 ) {
			/* translators: %d: an HTTP status. */
			add_settings_error( Tamis_Options::NAME, 'check', sprintf( __( 'Tamis answered %d.', 'tamis' ), $answer['status'] ) );
		} else {
			Tamis_Queue::run();
			add_settings_error( Tamis_Options::NAME, 'check', __( 'Tamis answers, and what waited was gone through.', 'tamis' ), 'success' );
		}
		set_transient( 'settings_errors', get_settings_errors(), 30 );
		wp_safe_redirect( admin_url( 'options-general.php?page=' . self::PAGE . '&settings-updated=true' ) );
		exit;
	}

	/**
	 * Says where comments are moderated that Tamis does not answer.
	 */
	public static function notice() {
		$screen = get_current_screen();
		if ( ! $screen || 'edit-comments' !== $screen->id || ! current_user_can( 'moderate_comments' ) || ! is_array( get_option( 'tamis_fault' ) ) ) {
			return;
		}
		printf( '<div class="notice notice-warning"><p>%s %s</p></div>', esc_html__( 'Tamis:', 'tamis' ), esc_html( self::state() ) );
	}

	/**
	 * Leads from the list of plugins to the page.
	 *
	 * @param string[] $links The links.
	 * @return string[]
	 */
	public static function links( $links ) {
		$page = sprintf( '<a href="%s">%s</a>', esc_url( admin_url( 'options-general.php?page=' . self::PAGE ) ), esc_html__( 'Settings', 'tamis' ) );
		return array_merge( array( 'settings' => $page ), $links );
	}

	/**
	 * Adds the verdict's column.
	 *
	 * @param string[] $columns The columns.
	 * @return string[]
	 */
	public static function columns( $columns ) {
		$columns['tamis'] = __( 'Tamis', 'tamis' );
		return $columns;
	}

	/**
	 * Prints a comment's verdict and its reasons.
	 *
	 * @param string $column The column.
	 * @param int    $id     The comment's id.
	 */
	public static function column( $column, $id ) {
		if ( 'tamis' !== $column ) {
			return;
		}
		$words  = array(
			'waiting'  => __( 'waits for a verdict', 'tamis' ),
			'approved' => __( 'approved', 'tamis' ),
			'held'     => __( 'held', 'tamis' ),
			'rejected' => __( 'rejected', 'tamis' ),
			'refused'  => __( 'could not be judged', 'tamis' ),
		);
		$status = (string) get_comment_meta( $id, '_tamis_status', true );
		if ( ! isset( $words[ $status ] ) ) {
			return;
		}
		echo '<strong>' . esc_html( $words[ $status ] ) . '</strong>';
		$reasons = (string) get_comment_meta( $id, '_tamis_reasons', true );
		if ( '' !== $reasons ) {
			echo '<br>' . nl2br( esc_html( $reasons ) );
		}
	}
}
