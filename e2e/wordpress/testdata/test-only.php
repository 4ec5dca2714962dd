<?php
/*
Plugin Name: What the test alone needs
*/
add_filter( 'wp_is_comment_flood', '__return_false', 99 ); // visitors don't wait 15 seconds
add_filter( 'pre_wp_mail', '__return_true' );              // no mail leaves
