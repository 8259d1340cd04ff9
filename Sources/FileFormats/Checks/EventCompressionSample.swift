import Foundation

/// A file as Metavision writes it: 463 events on 1280×720 pixels in three chunks of ECF, one for each way to pack places, the
/// last cut short. Made with the vendor's encoder; times have gaps of 15 µs, 1 ms and 20 s, and runs of 40 equal ones.
enum EventCompressionSample {
    static let count = 463
    /// See `Sha256.canonicalHash`.
    static let canonicalHash = "c1b4acbd5d2bf8fa1607e581c4b5a9afd12bd363f9450c1b95b219db7cfbf104"

    static var bytes: [UInt8] {
        let packed = Foundation.Data(base64Encoded: text, options: .ignoreUnknownCharacters) ?? Foundation.Data()
        return Zlib.decompress(Array(packed)[...], limit: 1 << 16).bytes
    }

    private static let text = """
        eNrtmX1sE2Ucx5/n+r6t211fjrZbWa8vW7spexFlIIlzW8fFIJvASvlHq6ysU9jK1tGCMbkbMkaiBkTqMFEG+8OJhABCJvxhlG0iIYgR
        VyGSSKKoM8QASwAJOJ/rXce6hDDxDzE8n6197nnu9/S553ff557n+d1mtqZWm2HJAAJqNZADEkxmXKK+PD2fOh+QUiil3VLaT6TKZclz
        JqmclH4/kCvmQ1L50sVer2A9PoVUOxcUYqoGmIcR1vt0vZD6J3Qk8hWRblddk65H9l+2C5N/d/RLSS2zMkm/iunp96w6/boxD7d+U3rq
        VqTbBdcGWyLtADS3NAZjwfYJHVfeZ7tLFtXVCApOPTdtsinjY4qOMXd7DiiTPuuFqbx4ByEUC07D9PlRBs4m7Wm5OOZj02xHsCWko3VS
        GfEP6oSlMvm96qjv1ImA6c2tQh21pEYFOhL6R8iIZM8zkbJh0h+i7em32GQeLS9s3upa28rmVZFg25O29mDQFopEwvNKSqLR6KxQ48qm
        ttaO8KzWtqaS9mDb2uYVwfaSFa0tkbbmlzoiza0t7bNCkdWrUGuiv2UEYRMXK6B38uNUJ12Z0Oajj2e/IuqemOiTW3VvHwrUW7DWJyPM
        a8Iabuq8tuguoqzXienz8M5NmswHBjHdl3quwfTzt4zp+QsQz5sYDAaDwTzodKJ1we+pPQbFMNQ4dNz4a4y4fPn21StjV6CdsqN/nZ2h
        kjAI9I3yej3FUMmcjtI5GQZZ6CgmvwiIdnaK0lN2inE40LcOmQnG+ku7XEYuulVTO9ejfb1jt/O1/cOu01BhSQxvYw6MunNfjhvdB0eG
        Ve9xw5bBPqvBOjJKOnYPaRurihUB+3XmwObLhkE2L2Pv3o2692e8kxfzquUVQwYmGhkkOjfpZla+aQOzowH7kT5n/rMa1q0/941tHqVw
        7XEv9RjKzJ5ttDOfXbCMOQkihfM3znAfbTjkPOOr8IT1hPbX7b2qk50NMPEL0L/R15+pObEks8yVmf/hosNFFweianqzubjz1p8ZtqEv
        YMMOizZL/5P8mCus2rRppsLScl22pusGeOGK1lAW6zev65ldVFhhKnAdHs3r7+ecbNyq/+OHQ5rXP4rmMtvVGdU/Vtrrrn5vrjoGyVuX
        dmWYzZRz12PFxpPZvHvskxcLOqoJsN4ss3z829yco95sV9P5UWWA1ysGyvO0G3/uVZS+PepYY8jWnlJ8a92+9VxB4YhDP4c7or3NDiuu
        ddtdq/ceZ4aCA4VfX1TT3uf8lo7l35lPfJpHWT87k+kcaMydt1zu2HctYFhf9bl1YSSPKO2lPKERo2uDxzlzQ2QBef74wezsmE02eKog
        2zSmLCwudBueWV6mnL2jVjUwF+YsuWmnS7+stt7s01iVdU2q/WsWm3muKI9HauocPJFcA0IH0hK68ZPVpGNcVFIJSBl2xmnUIXHYGTtS
        E9KYjqGc6CTlKPEAJDpUwghWScTEKNRjqKfkjWDnsvkA9MBSsBn4eRN0kW5OzZnJCuCHLEVybugnWbS56oIc6AFOygYqOSW0AQ60o/IQ
        qELrUz+/DJJowxGlYjzgmskYz8IaoIZh0EBt4cP8FrIH2XgpALaAAPqwkCbVnJ8Po82hH5aTgDOhduqhiY+g343BdwEJ/YBFGx8WdJGA
        5/gnYAgGQA0gOT/noEwgzG2jKjmWV1HdfD2UQRPguA2gguc4FejhKkFUCMfy7aCb7+ZcqD0/10XFuBA6rkDXT80XvGt9RC6OVce4HLkW
        MhO+FcZfcuTZJUcyDnuh6D7R6dI4zPcAxoW8n/SqntEJA1cXATvBq4AGCRCHPoKWJWRxuU9BKxPKuMqnpjUJTTzDl0lnJbLiWl82nZPI
        iZM+itYldHG9z0AbE8Y47ZtBmxKmuHmpZbwTaPGzFYN58ONkCjG2eJc4mbQ0mJSGxTgZIe7xmxunHydLxaKEeOl9x68IMX41EV+Ce2jR
        unRK7dL78kfqfcHU92JZ0psJCDTAgFpvCrauDkbaUiE/YEb+IqV+wkm9g5NidfX29FguBoPBYDD/FQuq6xbC1AQ9Zb4SKCuvKI3NKZ+Y
        TM/mYJ9hMBgMBoPBYDAYDAbzf+NvtwvRGQ==
        """
}
