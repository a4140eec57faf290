// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice A token of all three kinds, as far as a gate asks, which can be told to misbehave.
contract GateToken {
    enum Mode {
        Honest,
        Revert,
        BurnGas,
        Answer
    }

    Mode private mode;
    uint256 private answerLength;

    mapping(address account => uint256) public balances;
    mapping(address account => mapping(uint256 id => uint256)) public balancesOf;
    mapping(uint256 id => address) public owners;

    error Refused();

    function give(address account, uint256 amount) external {
        balances[account] = amount;
    }

    function give(address account, uint256 id, uint256 amount) external {
        balancesOf[account][id] = amount;
        owners[id] = account;
    }

    function setMode(Mode newMode) external {
        mode = newMode;
    }

    /// @notice From now on it answers so many bytes, the first word of them the highest number.
    function setAnswer(uint256 length) external {
        (mode, answerLength) = (Mode.Answer, length);
    }

    function balanceOf(address account) external view returns (uint256) {
        misbehave();
        return balances[account];
    }

    function balanceOf(address account, uint256 id) external view returns (uint256) {
        misbehave();
        return balancesOf[account][id];
    }

    function ownerOf(uint256 id) external view returns (address) {
        misbehave();
        return owners[id];
    }

    function misbehave() private view {
        require(mode != Mode.Revert, Refused());
        if (mode == Mode.BurnGas) {
            assembly {
                invalid()
            }
        }
        if (mode != Mode.Answer) return;
        uint256 length = answerLength;
        assembly {
            mstore(0, not(0))
            return(0, length)
        }
    }
}
