// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Ownable, Ownable2Step} from "@openzeppelin/contracts/access/Ownable2Step.sol";
import {IEscrowAccounts} from "./interfaces/IEscrowAccounts.sol";
import {IJobEscrow} from "./interfaces/IJobEscrow.sol";

/// @title What owner and guardian decide about the escrow
/// @notice The fee of jobs to come, a stop of new jobs and deposits, and, once, the game. No job and no balance.
abstract contract EscrowSettings is IJobEscrow, Ownable2Step {
    /// @dev One slot, read whenever a job is made.
    struct Settings {
        address guardian;
        uint16 feeBps;
        uint40 feeChangedAt;
        bool creationPaused;
        uint16 previousFeeBps;
    }

    /// @dev Cap of the protocol's share.
    uint16 internal constant MAX_FEE_BPS = 500;

    /// @dev Least time between two changes of the fee.
    uint40 internal constant FEE_CHANGE_INTERVAL = 30 days;

    Settings internal _settings;

    /// @inheritdoc IEscrowAccounts
    address public game;

    /// @notice Sets what can be changed later.
    /// @param initialOwner Sets the fee; a timelock where money is real.
    /// @param initialGuardian Stops creation.
    /// @param initialFeeBps Protocol's share of what is charged.
    constructor(address initialOwner, address initialGuardian, uint16 initialFeeBps) Ownable(initialOwner) {
        require(initialGuardian != address(0), ZeroAddress());
        require(initialFeeBps <= MAX_FEE_BPS, FeeTooHigh(initialFeeBps, MAX_FEE_BPS));
        _settings.guardian = initialGuardian;
        _settings.feeBps = initialFeeBps;
        emit GuardianChanged(initialGuardian);
        emit FeeChanged(initialFeeBps);
    }

    modifier onlyGame() {
        address current = game;
        require(current != address(0) && msg.sender == current, NotGame(msg.sender));
        _;
    }

    /// @inheritdoc IEscrowAccounts
    function setFee(uint16 newFeeBps) external onlyOwner {
        require(newFeeBps <= MAX_FEE_BPS, FeeTooHigh(newFeeBps, MAX_FEE_BPS));
        uint40 changedAt = _settings.feeChangedAt;
        uint40 nextChangeAt = changedAt == 0 ? 0 : changedAt + FEE_CHANGE_INTERVAL;
        require(block.timestamp >= nextChangeAt, FeeChangedRecently(nextChangeAt));
        _settings.previousFeeBps = _settings.feeBps;
        _settings.feeBps = newFeeBps;
        _settings.feeChangedAt = uint40(block.timestamp);
        emit FeeChanged(newFeeBps);
    }

    /// @inheritdoc IEscrowAccounts
    function setGame(address newGame) external onlyOwner {
        require(newGame != address(0), ZeroAddress());
        require(game == address(0), GameAlreadySet(game));
        game = newGame;
        emit GameSet(newGame);
    }

    /// @inheritdoc IEscrowAccounts
    function setGuardian(address newGuardian) external onlyOwner {
        require(newGuardian != address(0), ZeroAddress());
        _settings.guardian = newGuardian;
        emit GuardianChanged(newGuardian);
    }

    /// @inheritdoc IEscrowAccounts
    function pauseCreation() external {
        require(msg.sender == _settings.guardian || msg.sender == owner(), NotGuardian(msg.sender));
        _settings.creationPaused = true;
        emit CreationPauseChanged(true, msg.sender);
    }

    /// @inheritdoc IEscrowAccounts
    function unpauseCreation() external onlyOwner {
        _settings.creationPaused = false;
        emit CreationPauseChanged(false, msg.sender);
    }

    /// @inheritdoc IEscrowAccounts
    function feeBps() external view returns (uint16 bps) {
        return _settings.feeBps;
    }

    /// @inheritdoc IEscrowAccounts
    function guardian() external view returns (address account) {
        return _settings.guardian;
    }

    /// @inheritdoc IEscrowAccounts
    function creationPaused() external view returns (bool paused) {
        return _settings.creationPaused;
    }

    /// @notice Disabled: without an owner a paused creation could never go on.
    function renounceOwnership() public view override onlyOwner {
        revert RenounceDisabled();
    }
}
